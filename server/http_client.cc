#include "server/http_client.h"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/system/system_error.hpp>
#include <cctype>
#include <charconv>
#include <exception>
#include <optional>

namespace kinledger::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using ledger::Error;
using ledger::Failure;
using ledger::Result;
using tcp = asio::ip::tcp;

constexpr std::uint32_t answer_head_bytes_max = 8192;
constexpr std::size_t buffer_bytes = std::size_t{16} << 10;

Error invalid(std::string_view text, std::string_view why) {
  return {Failure::invalid, "the URL " + std::string(text) + " " + std::string(why)};
}

bool is_host_character(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == ':';
}

/// HOST, HOST:PORT, [ADDRESS] or [ADDRESS]:PORT
bool read_authority(std::string_view text, HttpUrl& url) {
  auto host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const auto end = text.find(']');
    if (end == std::string_view::npos) return false;
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
  } else if (const auto colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon);
  }
  if (host.empty() || !std::ranges::all_of(host, is_host_character)) return false;
  url.host = host;
  if (port.empty()) return true;
  if (!port.starts_with(':')) return false;
  port.remove_prefix(1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
  return error == std::errc() && end == port.data() + port.size() && url.port != 0;
}

std::string authority_of(const HttpUrl& url) {
  auto text = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  if (url.port != 80) text += ":" + std::to_string(url.port);
  return text;
}

http::request<http::string_body> message_of(const HttpCall& call) {
  http::request<http::string_body> message(call.is_post ? http::verb::post : http::verb::get,
                                           call.url.path + call.path, 11);
  message.set(http::field::host, authority_of(call.url));
  message.set(http::field::connection, "close");
  if (call.is_post) {
    message.set(http::field::content_type, "text/plain; charset=utf-8");
    message.body() = call.body;
    message.prepare_payload();
  }
  return message;
}

asio::awaitable<HttpReply> exchange(const HttpCall& call) {
  const auto executor = co_await asio::this_coro::executor;
  tcp::resolver resolver(executor);
  const auto found = co_await resolver.async_resolve(call.url.host, std::to_string(call.url.port),
                                                     asio::use_awaitable);
  beast::tcp_stream stream(executor);
  co_await stream.async_connect(found, asio::use_awaitable);
  const auto message = message_of(call);
  co_await http::async_write(stream, message, asio::use_awaitable);
  http::response_parser<http::string_body> parser;
  parser.header_limit(answer_head_bytes_max);
  parser.body_limit(call.body_bytes_max);
  beast::flat_buffer buffer(buffer_bytes);
  co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
  auto& answer = parser.get();
  co_return HttpReply{answer.result_int(), std::string(answer[http::field::content_type]),
                      std::move(answer.body())};
}

}  // namespace

std::string HttpUrl::to_text() const { return "http://" + authority_of(*this) + path; }

Result<HttpUrl> read_http_url(std::string_view text) {
  constexpr std::string_view scheme = "http://";
  if (text.starts_with("https://"))
    return invalid(text,
                   "is not asked: only http is spoken yet; put a proxy for TLS beside the "
                   "ledger and name that");
  if (!text.starts_with(scheme)) return invalid(text, "does not begin with http://");
  const auto rest = text.substr(scheme.size());
  const auto slash = std::min(rest.find('/'), rest.size());
  HttpUrl url;
  if (!read_authority(rest.substr(0, slash), url)) return invalid(text, "has no host and port");
  url.path = rest.substr(slash);
  if (url.path.ends_with('/')) url.path.pop_back();
  const bool is_plain = std::ranges::all_of(
      url.path, [](char c) { return c > ' ' && c <= '~' && c != '?' && c != '#'; });
  if (!is_plain) return invalid(text, "has a query or characters that are not of a path");
  return url;
}

Result<HttpReply> call(const HttpCall& call) {
  std::optional<HttpReply> reply;
  std::string failure = "no answer within " + std::to_string(call.deadline.count()) + " ms";
  asio::io_context io{1};
  asio::co_spawn(io, exchange(call), [&](const std::exception_ptr& thrown, HttpReply got) {
    if (thrown == nullptr) {
      reply = std::move(got);
      return;
    }
    try {
      std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
      failure = error.code().message();
    } catch (const std::exception& exception) {
      failure = exception.what();
    }
  });
  io.run_for(call.deadline);
  if (reply) return std::move(*reply);
  return Error{Failure::unavailable, call.url.to_text() + ": " + failure};
}

}  // namespace kinledger::server
