#include "server/http_head.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <charconv>
#include <optional>
#include <utility>

#include "ledger/digits.h"
#include "ledger/result.h"
#include "server/lower_case.h"

namespace kinledger::server {
namespace {

namespace http = boost::beast::http;
using Fault = std::optional<HttpFault>;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

bool is_graph(char c) { return c > ' ' && c <= '~'; }

bool is_token(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

HttpFault fault(unsigned status, std::string code, std::string zh, std::string en) {
  return {status, {std::move(code), std::move(zh), std::move(en)}};
}

Fault check_target(std::string_view target) {
  if (target.size() > http_target_bytes_max)
    return fault(414, "TARGET_TOO_LONG", "地址过长", "the target is too long");
  if (!target.starts_with('/') || !std::ranges::all_of(target, is_graph))
    return fault(400, "TARGET_FORMAT", "地址应为可打印 ASCII 字符的路径",
                 "the target is not a path in printable ASCII");
  return std::nullopt;
}

/// All values of the fields of this name.
std::vector<std::string_view> values(const HttpRequest& request, std::string_view name) {
  std::vector<std::string_view> found;
  for (const auto& field : request.fields)
    if (field.name == name) found.emplace_back(field.value);
  return found;
}

Fault check_length(HttpHead& head, const HeadRules& rules) {
  if (!values(head.request, "transfer-encoding").empty())
    return fault(501, "TRANSFER_ENCODING", "不接受 Transfer-Encoding",
                 "transfer encodings are not accepted");
  const auto lengths = values(head.request, "content-length");
  if (lengths.empty()) {
    const auto& method = head.request.method;
    if (method == "POST" || method == "PUT" || method == "PATCH")
      return fault(411, "LENGTH_MISSING", "缺少 Content-Length", "there is no Content-Length");
    return std::nullopt;
  }
  const auto text = lengths.front();
  if (lengths.size() > 1 || text.empty() || !ledger::all_digits(text))
    return fault(400, "LENGTH_FORMAT", "Content-Length 应为一个数字",
                 "the Content-Length is not one number in digits");
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), head.body_bytes);
  if (error != std::errc() ||
      head.body_bytes > rules.body_bytes_max(head.request.method, head.request.target))
    return fault(413, "BODY_TOO_LARGE", "请求体过大", "the body is too large");
  return std::nullopt;
}

/// What stands before the port, in lower case and without brackets; empty when it is no such text.
std::string host_name(std::string_view host) {
  const bool is_bracketed = host.starts_with('[');
  const auto end = is_bracketed ? host.find(']') : std::min(host.find(':'), host.size());
  if (end == std::string_view::npos) return {};
  auto port = host.substr(is_bracketed ? end + 1 : end);
  if (port.starts_with(':'))
    port.remove_prefix(1);
  else if (!port.empty())
    return {};
  if (!ledger::all_digits(port)) return {};
  return lower_case(is_bracketed ? host.substr(1, end - 1) : host.substr(0, end));
}

Fault check_host(const HttpRequest& request, const std::vector<std::string>& ours) {
  const auto hosts = values(request, "host");
  if (hosts.size() != 1 || hosts.front().empty() || !std::ranges::all_of(hosts.front(), is_graph))
    return fault(400, "HOST_FORMAT", "应恰有一个 Host", "there is not exactly one Host");
  if (!ours.empty() && std::ranges::find(ours, host_name(hosts.front())) == ours.end())
    return fault(421, "HOST_UNKNOWN", "本服务不以此主机名答复",
                 "this server does not answer for that Host");
  return std::nullopt;
}

Fault check_expectation(HttpHead& head) {
  const auto expected = values(head.request, "expect");
  if (expected.empty()) return std::nullopt;
  if (expected.size() > 1 || lower_case(expected.front()) != "100-continue")
    return fault(417, "EXPECTATION", "Expect 只能为 100-continue",
                 "only 100-continue can be expected");
  head.wants_continue = true;
  return std::nullopt;
}

Fault check(HttpHead& head, const HeadRules& rules) {
  if (auto found = check_target(head.request.target)) return found;
  if (auto found = check_host(head.request, rules.hosts)) return found;
  if (auto found = check_length(head, rules)) return found;
  return check_expectation(head);
}

}  // namespace

void throw_exception_from_error(const HttpFault& fault, const boost::source_location& at) {
  ledger::invariant_failed("there is a value", at.file_name(), static_cast<int>(at.line()),
                           fault.reason.en);
}

HeadScan scan_head(std::string_view arrived) {
  for (std::size_t i = 0; i < arrived.size(); ++i) {
    const auto byte = static_cast<unsigned char>(arrived[i]);
    if (byte == '\r') {
      if (i + 1 < arrived.size() && arrived[i + 1] != '\n') return {HeadScan::Found::never, 0};
      continue;
    }
    if (byte == '\n') {
      if (i == 0 || arrived[i - 1] != '\r') return {HeadScan::Found::never, 0};
      if (i >= 3 && arrived.substr(i - 3, 4) == "\r\n\r\n") return {HeadScan::Found::end, i + 1};
      // A folded line; an empty line before the request.
      if (i + 1 < arrived.size() && (arrived[i + 1] == ' ' || arrived[i + 1] == '\t'))
        return {HeadScan::Found::never, 0};
      if (i == 1) return {HeadScan::Found::never, 0};
      continue;
    }
    if ((byte < ' ' && byte != '\t') || byte == 0x7f) return {HeadScan::Found::never, 0};
  }
  return {};
}

boost::system::result<HttpHead, HttpFault> read_head(std::string_view text,
                                                     const HeadRules& rules) {
  http::request_parser<http::empty_body> parser;
  parser.header_limit(http_head_bytes_max);
  parser.body_limit(boost::none);  // looked at below
  boost::system::error_code error;
  parser.put(boost::asio::buffer(text.data(), text.size()), error);
  if (error == http::error::bad_version)
    return fault(505, "HTTP_VERSION", "只支持 HTTP/1.1", "only HTTP/1.1 is spoken");
  if (error && error != http::error::need_more)
    return fault(400, "HTTP_FORMAT", "不是合乎格式的 HTTP 请求", "not a well-formed HTTP request");
  if (!parser.is_header_done())
    return fault(400, "HTTP_FORMAT", "不是合乎格式的 HTTP 请求", "not a well-formed HTTP request");
  const auto& message = parser.get();
  if (message.version() != 11)
    return fault(505, "HTTP_VERSION", "只支持 HTTP/1.1", "only HTTP/1.1 is spoken");
  HttpHead head;
  head.request.method = message.method_string();
  head.request.target = message.target();
  for (const auto& field : message)
    head.request.fields.push_back(
        {lower_case(view(field.name_string())), std::string(view(field.value()))});
  head.keep_alive = message.keep_alive();
  head.is_head = head.request.method == "HEAD";
  if (head.is_head) head.request.method = "GET";
  if (auto found = check(head, rules)) return *found;
  return head;
}

bool is_field(const HttpField& field) {
  return !field.name.empty() && std::ranges::all_of(field.name, is_token) &&
         std::ranges::none_of(field.value, [](char c) {
           const auto byte = static_cast<unsigned char>(c);
           return byte < ' ' || byte == 0x7f;
         });
}

}  // namespace kinledger::server
