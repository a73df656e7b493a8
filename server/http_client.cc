#include "server/http_client.h"

#include <algorithm>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/none.hpp>
#include <boost/system/system_error.hpp>
#include <cctype>
#include <charconv>
#include <exception>
#include <optional>
#include <vector>

#include "server/http_channel.h"

namespace kinledger::server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
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

std::uint16_t default_port(bool is_secured) { return is_secured ? 443 : 80; }

std::string authority_of(const HttpUrl& url) {
  auto text = url.host.find(':') == std::string::npos ? url.host : "[" + url.host + "]";
  if (url.port != default_port(url.is_secured)) text += ":" + std::to_string(url.port);
  return text;
}

http::request<http::string_body> message_of(const HttpCall& call) {
  http::request<http::string_body> message(call.is_post ? http::verb::post : http::verb::get,
                                           call.url.path + call.path, 11);
  message.set(http::field::host, authority_of(call.url));
  message.set(http::field::connection, "close");
  for (const auto& field : call.fields) message.insert(field.name, field.value);
  if (call.is_post) {
    message.set(http::field::content_type, call.content_type);
    message.body() = call.body;
    message.prepare_payload();
  }
  return message;
}

/// Within the time that the stream was given; the resolver may take its own.
asio::awaitable<void> connect(HttpChannel& stream, const HttpUrl& url) {
  tcp::resolver resolver(stream.get_executor());
  const auto found =
      co_await resolver.async_resolve(url.host, std::to_string(url.port), asio::use_awaitable);
  auto error = co_await stream.connect(found);
  if (!error) error = co_await stream.shake_hands_with(url.host);
  if (stream.is_late()) error = asio::error::timed_out;
  if (error) throw boost::system::system_error(error);  // as those of Asio
}

template <class Body>
HttpReply head_of(const http::response<Body>& answer) {
  HttpReply reply{answer.result_int(), std::string(answer[http::field::content_type]), {}};
  for (const auto& field : answer)
    reply.fields.push_back({std::string(field.name_string()), std::string(field.value())});
  return reply;
}

asio::awaitable<HttpReply> exchange(const HttpCall& call) {
  HttpChannel stream(co_await asio::this_coro::executor, call.url.is_secured ? call.tls : nullptr);
  co_await connect(stream, call.url);
  const auto message = message_of(call);
  co_await http::async_write(stream, message, asio::use_awaitable);
  http::response_parser<http::string_body> parser;
  parser.header_limit(answer_head_bytes_max);
  parser.body_limit(call.body_bytes_max);
  beast::flat_buffer buffer(buffer_bytes);
  co_await http::async_read(stream, buffer, parser, asio::use_awaitable);
  auto reply = head_of(parser.get());
  reply.body = std::move(parser.get().body());
  co_return reply;
}

/// How the body ended, or words about why it did not.
using StreamedBody = boost::system::result<HttpStreamEnd, std::string>;

std::string nothing_came(std::chrono::milliseconds time) {
  return "nothing came for " + std::to_string(time.count()) + " ms";
}

asio::awaitable<StreamedBody> exchange_stream(const HttpStreamCall& call) {
  HttpChannel stream(co_await asio::this_coro::executor, call.url.is_secured ? call.tls : nullptr);
  stream.expires_after(call.deadline);
  co_await connect(stream, call.url);
  auto message = message_of({call.url, call.path});
  message.set(http::field::accept, call.accept);
  error_code error;
  co_await http::async_write(stream, message, asio::redirect_error(asio::use_awaitable, error));
  http::response_parser<http::buffer_body> parser;
  parser.header_limit(answer_head_bytes_max);
  parser.body_limit(boost::none);
  beast::flat_buffer buffer(std::max(http_piece_bytes, buffer_bytes));
  if (!error)
    co_await http::async_read_header(stream, buffer, parser,
                                     asio::redirect_error(asio::use_awaitable, error));
  if (stream.is_late()) co_return nothing_came(call.deadline);
  if (error) co_return error.message();
  if (!call.begin(head_of(parser.get()))) co_return HttpStreamEnd::stopped;
  std::vector<char> piece(http_piece_bytes);
  while (!parser.is_done()) {
    auto& body = parser.get().body();
    body.data = piece.data();
    body.size = piece.size();
    stream.expires_after(call.silence);
    co_await http::async_read_some(stream, buffer, parser,
                                   asio::redirect_error(asio::use_awaitable, error));
    if (stream.is_late()) co_return nothing_came(call.silence);
    // A piece that is full is no fault.
    if (error && error != http::error::need_buffer) co_return error.message();
    const std::string_view taken(piece.data(), piece.size() - body.size);
    if (!taken.empty() && !call.take(taken)) co_return HttpStreamEnd::stopped;
  }
  co_return HttpStreamEnd::whole;
}

/// Begins the exchange. What it gives goes to `given`, words about why it gave nothing to
/// `failure`.
template <class T>
void spawn(asio::io_context& io, asio::awaitable<T> exchange, std::optional<T>& given,
           std::string& failure) {
  asio::co_spawn(io, std::move(exchange), [&](const std::exception_ptr& thrown, T got) {
    if (thrown == nullptr) {
      given = std::move(got);
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
}

Error unavailable(const HttpUrl& url, const std::string& why) {
  return {Failure::unavailable, url.to_text() + ": " + why};
}

Error needs_certificates(const HttpUrl& url) {
  return {Failure::invalid, url.to_text() +
                                ": https needs a certificate of one's own, its key and "
                                "the authority of the server's"};
}

}  // namespace

std::string HttpUrl::to_text() const {
  return (is_secured ? "https://" : "http://") + authority_of(*this) + path;
}

Result<HttpUrl> read_http_url(std::string_view text) {
  constexpr std::string_view plain = "http://", secured = "https://";
  HttpUrl url;
  url.is_secured = text.starts_with(secured);
  url.port = default_port(url.is_secured);
  if (!url.is_secured && !text.starts_with(plain))
    return invalid(text, "does not begin with http:// or https://");
  const auto rest = text.substr(url.is_secured ? secured.size() : plain.size());
  const auto slash = std::min(rest.find('/'), rest.size());
  if (!read_authority(rest.substr(0, slash), url)) return invalid(text, "has no host and port");
  url.path = rest.substr(slash);
  if (url.path.ends_with('/')) url.path.pop_back();
  const bool is_plain = std::ranges::all_of(
      url.path, [](char c) { return c > ' ' && c <= '~' && c != '?' && c != '#'; });
  if (!is_plain) return invalid(text, "has a query or characters that are not of a path");
  return url;
}

std::string_view field_of(const HttpReply& reply, std::string_view name) {
  for (const auto& field : reply.fields)
    if (beast::iequals(field.name, name)) return field.value;
  return {};
}

Result<HttpReply> call(const HttpCall& call) {
  if (call.url.is_secured && call.tls == nullptr) return needs_certificates(call.url);
  std::optional<HttpReply> reply;
  auto failure = "no answer within " + std::to_string(call.deadline.count()) + " ms";
  asio::io_context io{1};
  spawn(io, exchange(call), reply, failure);
  io.run_for(call.deadline);
  if (reply) return std::move(*reply);
  return unavailable(call.url, failure);
}

Result<HttpStreamEnd> stream(const HttpStreamCall& call, const std::stop_token& stop) {
  if (call.url.is_secured && call.tls == nullptr) return needs_certificates(call.url);
  std::optional<StreamedBody> body;
  std::string failure;
  asio::io_context io{1};
  spawn(io, exchange_stream(call), body, failure);
  const std::stop_callback wake(stop, [&io] { io.stop(); });
  io.run();
  if (body && *body) return **body;
  if (body) failure = body->error();
  if (failure.empty()) return HttpStreamEnd::stopped;
  return unavailable(call.url, failure);
}

}  // namespace kinledger::server
