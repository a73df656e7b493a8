#include "server/http_listener.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <charconv>
#include <csignal>
#include <exception>
#include <set>
#include <utility>

#include "server/http_head.h"

namespace kinledger::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using ledger::Error;
using ledger::Failure;
using ledger::Result;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr auto completes = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = 4096;
/// What a refused client may still send while it is being told.
constexpr std::size_t drained_bytes_max = std::size_t{1} << 20;
/// Until another connection is tried after the system had no room for one.
constexpr std::chrono::milliseconds accept_pause{100};
constexpr std::string_view busy =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 5\r\n"
    "Connection: close\r\n\r\n";

bool lacks_resources(const error_code& error) {
  return error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
         error == asio::error::no_memory ||
         error == boost::system::errc::too_many_files_open_in_system;
}

HttpResponse response_of(const HttpFault& fault) {
  return {fault.status, "text/plain; charset=utf-8", {}, std::string(fault.words) + "\n"};
}

HttpResponse internal_error() { return response_of({500, "the server failed"}); }

}  // namespace

std::string ListenAddress::to_text() const {
  const auto bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return bracketed + ":" + std::to_string(port);
}

Result<ListenAddress> read_listen_address(std::string_view text) {
  const Error wrong{Failure::invalid,
                    "listen on an address and a port, such as 127.0.0.1:8451 or [::1]:8451"};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  const auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  const bool is_bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
  ListenAddress read{std::string(is_bracketed ? host.substr(1, host.size() - 2) : host), 0};
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), read.port);
  if (error != std::errc() || end != digits.data() + digits.size()) return wrong;
  error_code not_one;
  const auto address = asio::ip::make_address(read.host, not_one);
  if (not_one || address.is_v6() != is_bracketed) return wrong;
  return read;
}

class HttpListener::Server {
 public:
  Server(HttpOptions options, HttpHandler handler)
      : options_(std::move(options)),
        handler_(std::move(handler)),
        handlers_(options_.handler_threads),
        acceptor_(io_),
        signals_(io_) {}

  Result<void> listen();
  const ListenAddress& address() const { return options_.address; }
  void run();
  void stop() {
    asio::post(io_, [this] { begin_to_stop(); });
  }

 private:
  struct Connection {
    explicit Connection(tcp::socket socket) : stream(std::move(socket)) {}
    beast::tcp_stream stream;
    std::string arrived;  ///< and not yet read
    bool has_request = false;
  };

  asio::awaitable<void> accept();
  asio::awaitable<void> serve(tcp::socket socket);
  asio::awaitable<void> converse(Connection& connection);
  /// False when the connection is to be closed.
  asio::awaitable<bool> answer_one(Connection& connection, bool is_first);
  asio::awaitable<bool> read_whole_head(Connection& connection, bool is_first, HeadScan& scan);
  asio::awaitable<bool> read_body(Connection& connection, HttpHead& head);
  asio::awaitable<bool> read_some(Connection& connection);
  asio::awaitable<HttpResponse> handle(const HttpRequest& request);
  asio::awaitable<bool> write(Connection& connection, HttpResponse response, const HttpHead& head);
  asio::awaitable<bool> refuse(Connection& connection, HttpFault fault);
  void begin_to_stop();

  HttpOptions options_;
  const HttpHandler handler_;
  asio::io_context io_{1};
  asio::thread_pool handlers_;
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  std::set<Connection*> connections_;
  bool is_stopping_ = false;
};

Result<void> HttpListener::Server::listen() {
  error_code error;
  auto& address = options_.address;
  const tcp::endpoint endpoint(asio::ip::make_address(address.host, error), address.port);
  if (!error) acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (error)
    return Error{Failure::unavailable,
                 "cannot listen on " + address.to_text() + ": " + error.message()};
  address.port = acceptor_.local_endpoint(error).port();
  return {};
}

void HttpListener::Server::run() {
  if (options_.stops_on_signals) {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    signals_.async_wait([this](const error_code& error, int) {
      if (!error) begin_to_stop();
    });
  }
  asio::co_spawn(io_, accept(), asio::detached);
  io_.run();
  handlers_.join();
}

void HttpListener::Server::begin_to_stop() {
  is_stopping_ = true;
  error_code ignored;
  acceptor_.close(ignored);
  signals_.cancel(ignored);
  for (auto* connection : connections_)
    if (!connection->has_request) connection->stream.cancel();
}

asio::awaitable<void> HttpListener::Server::accept() {
  asio::steady_timer pause(io_);
  while (!is_stopping_) {
    auto [error, socket] = co_await acceptor_.async_accept(completes);
    if (error) {
      if (!lacks_resources(error)) continue;
      options_.warn("no room for another connection: " + error.message());
      pause.expires_after(accept_pause);
      co_await pause.async_wait(completes);
      continue;
    }
    if (connections_.size() >= options_.connections_max) {
      error_code ignored;
      socket.non_blocking(true, ignored);
      socket.write_some(asio::buffer(busy.data(), busy.size()), ignored);
      continue;
    }
    asio::co_spawn(io_, serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> HttpListener::Server::serve(tcp::socket socket) {
  Connection connection(std::move(socket));
  connections_.insert(&connection);
  try {
    co_await converse(connection);
  } catch (const std::exception& exception) {
    options_.warn(exception.what());
  }
  connections_.erase(&connection);
}

asio::awaitable<void> HttpListener::Server::converse(Connection& connection) {
  bool is_first = true;
  while (co_await answer_one(connection, is_first)) is_first = false;
  error_code ignored;
  connection.stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

asio::awaitable<bool> HttpListener::Server::answer_one(Connection& connection, bool is_first) {
  HeadScan scan;
  if (is_stopping_ || !co_await read_whole_head(connection, is_first, scan)) co_return false;
  connection.has_request = true;
  if (scan.found == HeadScan::Found::never)
    co_return co_await refuse(connection, {400, "not a well-formed HTTP request"});
  if (scan.found == HeadScan::Found::not_yet)
    co_return co_await refuse(connection, {431, "the head of the request is too long"});
  auto head = read_head(std::string_view(connection.arrived).substr(0, scan.bytes),
                        options_.body_bytes_max);
  if (!head) co_return co_await refuse(connection, head.error());
  connection.arrived.erase(0, scan.bytes);
  if (!co_await read_body(connection, *head)) co_return false;
  auto response = co_await handle(head->request);
  const bool goes_on = co_await write(connection, std::move(response), *head);
  connection.has_request = false;
  co_return goes_on;
}

/// Until the head has its end, cannot have one, or is too long.
asio::awaitable<bool> HttpListener::Server::read_whole_head(Connection& connection, bool is_first,
                                                            HeadScan& scan) {
  const auto& deadlines = options_.deadlines;
  if (connection.arrived.empty()) {
    connection.stream.expires_after(is_first ? deadlines.head : deadlines.idle);
    if (!co_await read_some(connection)) co_return false;
  }
  // A new connection has one deadline for all of its first head.
  if (!is_first) connection.stream.expires_after(deadlines.head);
  while (true) {
    scan = scan_head(std::string_view(connection.arrived).substr(0, http_head_bytes_max));
    if (scan.found != HeadScan::Found::not_yet || connection.arrived.size() >= http_head_bytes_max)
      co_return true;
    if (is_stopping_ || !co_await read_some(connection)) co_return false;
  }
}

asio::awaitable<bool> HttpListener::Server::read_some(Connection& connection) {
  auto& arrived = connection.arrived;
  const auto before = arrived.size();
  arrived.resize(before + read_bytes);
  const auto [error, count] = co_await connection.stream.async_read_some(
      asio::buffer(arrived.data() + before, read_bytes), completes);
  arrived.resize(before + count);
  co_return !error;
}

asio::awaitable<bool> HttpListener::Server::read_body(Connection& connection, HttpHead& head) {
  auto& stream = connection.stream;
  stream.expires_after(options_.deadlines.body);
  auto& body = head.request.body;
  const auto there = std::min(head.body_bytes, connection.arrived.size());
  body = connection.arrived.substr(0, there);
  connection.arrived.erase(0, there);
  if (there == head.body_bytes) co_return true;
  if (head.wants_continue) {
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto [error, count] =
        co_await asio::async_write(stream, asio::buffer(go_on.data(), go_on.size()), completes);
    if (error) co_return false;
  }
  body.resize(head.body_bytes);
  const auto [error, count] = co_await asio::async_read(
      stream, asio::buffer(body.data() + there, body.size() - there), completes);
  co_return !error;
}

asio::awaitable<HttpResponse> HttpListener::Server::handle(const HttpRequest& request) {
  const auto work = [this, &request]() -> asio::awaitable<HttpResponse> {
    try {
      co_return handler_(request);
    } catch (const std::exception& exception) {
      options_.warn(exception.what());
    }
    co_return internal_error();
  };
  auto response = co_await asio::co_spawn(handlers_, work, asio::use_awaitable);
  const bool is_sendable = is_field({"content-type", response.content_type}) &&
                           std::ranges::all_of(response.fields, is_field);
  if (is_sendable) co_return response;
  options_.warn("a response had a control character in a header field");
  co_return internal_error();
}

asio::awaitable<bool> HttpListener::Server::write(Connection& connection, HttpResponse response,
                                                  const HttpHead& head) {
  http::response<http::string_body> message(http::int_to_status(response.status), 11);
  message.result(response.status);
  message.set(http::field::content_type, response.content_type);
  message.set("X-Content-Type-Options", "nosniff");
  for (const auto& field : response.fields) message.insert(field.name, field.value);
  const bool goes_on = head.keep_alive && !is_stopping_;
  message.keep_alive(goes_on);
  message.content_length(response.body.size());
  if (!head.is_head) message.body() = std::move(response.body);
  connection.stream.expires_after(options_.deadlines.write);
  const auto [error, count] = co_await http::async_write(connection.stream, message, completes);
  co_return !error && goes_on;
}

/// Tells why, and waits for the client to have read it: closing at once, with bytes of its request
/// unread, would take the answer away from it.
asio::awaitable<bool> HttpListener::Server::refuse(Connection& connection, HttpFault fault) {
  HttpHead head;
  head.keep_alive = false;
  (void)co_await write(connection, response_of(fault), head);
  error_code error;
  connection.stream.socket().shutdown(tcp::socket::shutdown_send, error);
  connection.stream.expires_after(options_.deadlines.linger);
  std::array<char, read_bytes> dropped;
  for (std::size_t bytes = 0; !error && bytes < drained_bytes_max;) {
    std::size_t count = 0;
    std::tie(error, count) =
        co_await connection.stream.async_read_some(asio::buffer(dropped), completes);
    bytes += count;
  }
  co_return false;
}

Result<std::unique_ptr<HttpListener>> HttpListener::open(HttpOptions options, HttpHandler handler) {
  auto server = std::make_unique<Server>(std::move(options), std::move(handler));
  if (const auto listening = server->listen(); !listening) return listening.error();
  return std::unique_ptr<HttpListener>(new HttpListener(std::move(server)));
}

HttpListener::HttpListener(std::unique_ptr<Server> server) : server_(std::move(server)) {}
HttpListener::~HttpListener() = default;

const ListenAddress& HttpListener::address() const { return server_->address(); }
void HttpListener::run() { server_->run(); }
void HttpListener::stop() { server_->stop(); }

}  // namespace kinledger::server
