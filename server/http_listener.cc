#include "server/http_listener.h"

#include <sys/socket.h>

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <charconv>
#include <csignal>
#include <exception>
#include <list>
#include <map>
#include <system_error>
#include <utility>

#include "server/http_connection.h"
#include "server/http_date.h"
#include "server/problem.h"

namespace kinledger::server {

namespace asio = boost::asio;
using ledger::Error;
using ledger::Failure;
using ledger::Reason;
using ledger::Result;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace {

/// Until another connection is tried after the system had no room for one.
constexpr std::chrono::milliseconds accept_pause{100};

bool lacks_resources(const error_code& error) {
  return error == asio::error::no_descriptors || error == asio::error::no_buffer_space ||
         error == asio::error::no_memory ||
         error == boost::system::errc::too_many_files_open_in_system;
}

HttpResponse connections_full() {
  return not_now(Reason("CONNECTIONS_FULL", "连接过多，请稍后重试",
                        "there are too many connections: try again later"));
}

/// Tells that there is no room, as far as that can be told at once.
void turn_away(tcp::socket socket, const HttpResponse& response) {
  auto busy =
      "HTTP/1.1 503 Service Unavailable\r\nDate: " + http_date(std::chrono::system_clock::now()) +
      "\r\nContent-Type: " + response.content_type +
      "\r\nContent-Length: " + std::to_string(response.body.size()) + "\r\nConnection: close\r\n";
  for (const auto& field : response.fields) busy += field.name + ": " + field.value + "\r\n";
  busy += "\r\n" + response.body;
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(busy), ignored);
}

}  // namespace

std::string ListenAddress::to_text() const {
  const auto bracketed = host.find(':') == std::string::npos ? host : "[" + host + "]";
  return bracketed + ":" + std::to_string(port);
}

bool ListenAddress::is_loopback() const {
  error_code not_one;
  const auto address = asio::ip::make_address(host, not_one);
  return !not_one && address.is_loopback();
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

std::vector<std::string> hosts_of(const ListenAddress& address,
                                  const std::vector<std::string>& more) {
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "::1", address.host};
  hosts.insert(hosts.end(), more.begin(), more.end());
  return hosts;
}

class HttpListener::Server {
 public:
  Server(HttpOptions options, HttpHandler handler)
      : shared_(std::move(options), std::move(handler)),
        acceptor_(shared_.io),
        signals_(shared_.io),
        hangups_(shared_.io),
        pulse_(shared_.io) {}

  Result<void> listen();
  error_code open_acceptor();
  const ListenAddress& address() const { return shared_.options.address; }
  void run();
  void ring();
  void stop() {
    asio::post(shared_.io, [this] { begin_to_stop(); });
  }
  std::vector<LaneFigures> lanes() const {
    std::vector<LaneFigures> all;
    for (const auto& lane : shared_.lanes) all.push_back(lane.figures());
    return all;
  }

 private:
  asio::awaitable<void> accept();
  void welcome(tcp::socket socket);
  asio::awaitable<void> beat();
  bool may_have_another(const asio::ip::address& from) const;
  bool make_room();
  asio::awaitable<void> serve(tcp::socket socket, asio::ip::address from);
  void begin_to_stop();
  void await_hangup();

  HttpShared shared_;
  tcp::acceptor acceptor_;
  asio::signal_set signals_;
  asio::signal_set hangups_;
  asio::steady_timer pulse_;
  std::list<HttpConnection*> arrived_;  ///< the connections, the oldest first
  std::map<asio::ip::address, std::size_t> connections_from_;  ///< never with 0
  std::atomic<bool> is_ringing_ = false;  ///< a ring is on its way to the connections
};

/// Opens the socket, or takes over the one that is open.
error_code HttpListener::Server::open_acceptor() {
  error_code error;
  const auto& address = shared_.options.address;
  if (const auto socket = shared_.options.socket) {
    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    if (::getsockname(*socket, reinterpret_cast<sockaddr*>(&bound), &length) != 0)
      return error_code(errno, boost::system::system_category());
    acceptor_.assign(bound.ss_family == AF_INET6 ? tcp::v6() : tcp::v4(), *socket, error);
    return error;
  }
  const tcp::endpoint endpoint(asio::ip::make_address(address.host, error), address.port);
  if (!error) acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  return error;
}

Result<void> HttpListener::Server::listen() {
  auto& address = shared_.options.address;
  auto error = open_acceptor();
  tcp::endpoint bound;
  if (!error) bound = acceptor_.local_endpoint(error);
  if (error)
    return Error{Failure::unavailable,
                 "cannot listen on " + address.to_text() + ": " + error.message()};
  address = {bound.address().to_string(), bound.port()};
  // Whoever was told the address may send a signal before run() begins.
  if (shared_.options.stops_on_signals) {
    signals_.add(SIGINT);
    signals_.add(SIGTERM);
    signals_.async_wait([this](const error_code& cancelled, int) {
      if (!cancelled) begin_to_stop();
    });
  }
  if (shared_.options.hangs_up) {
    hangups_.add(SIGHUP);
    await_hangup();
  }
  return {};
}

void HttpListener::Server::await_hangup() {
  hangups_.async_wait([this](const error_code& cancelled, int) {
    if (cancelled || shared_.is_stopping) return;
    shared_.options.hangs_up();
    await_hangup();
  });
}

void HttpListener::Server::run() {
  asio::co_spawn(shared_.io, accept(), asio::detached);
  if (shared_.options.beats_every.count() > 0) asio::co_spawn(shared_.io, beat(), asio::detached);
  shared_.io.run();
}

void HttpListener::Server::ring() {
  if (is_ringing_.exchange(true)) return;
  asio::post(shared_.io, [this] {
    // Streams end now anyway; further rings would only keep run() from its end.
    if (shared_.is_stopping) return;
    // Before the streams are woken: what rings from here on is on its way once more.
    is_ringing_.exchange(false);
    ++shared_.rings;
    for (auto* connection : arrived_) connection->ring();
  });
}

void HttpListener::Server::begin_to_stop() {
  shared_.is_stopping = true;
  error_code ignored;
  acceptor_.close(ignored);
  signals_.cancel(ignored);
  hangups_.cancel(ignored);
  pulse_.cancel();
  for (auto* connection : arrived_) connection->stop();
}

asio::awaitable<void> HttpListener::Server::accept() {
  asio::steady_timer pause(shared_.io);
  while (!shared_.is_stopping) {
    auto [error, socket] = co_await acceptor_.async_accept(completes);
    if (!error) {
      welcome(std::move(socket));
    } else if (lacks_resources(error)) {
      shared_.options.warn("no room for another connection: " + error.message());
      pause.expires_after(accept_pause);
      co_await pause.async_wait(completes);
    }
  }
}

void HttpListener::Server::welcome(tcp::socket socket) {
  error_code left;
  const auto from = socket.remote_endpoint(left).address();
  if (left) return;
  if (may_have_another(from) && make_room()) {
    asio::co_spawn(shared_.io, serve(std::move(socket), from), asio::detached);
    return;
  }
  const auto response = connections_full();
  shared_.options.refused(response.status);
  turn_away(std::move(socket), response);
}

asio::awaitable<void> HttpListener::Server::beat() {
  while (!shared_.is_stopping) {
    shared_.options.beat();
    pulse_.expires_after(shared_.options.beats_every);
    co_await pulse_.async_wait(completes);
  }
}

bool HttpListener::Server::may_have_another(const asio::ip::address& from) const {
  const auto most = shared_.options.connections_per_address_max;
  const auto found = connections_from_.find(from);
  return most == 0 || found == connections_from_.end() || found->second < most;
}

/// For one more: of those who have not sent a whole head yet when they are too many, and else,
/// where all places are taken, of those who let the server wait. False where nobody does.
bool HttpListener::Server::make_room() {
  HttpConnection* newcomer = nullptr;
  HttpConnection* waiting = nullptr;
  std::size_t newcomers = 0, staying = 0;
  const auto rank = [](const HttpConnection* connection) {
    return std::pair(connection->waits(), connection->waits_since());
  };
  for (auto* connection : arrived_) {
    if (connection->is_turned_out()) continue;
    ++staying;
    if (connection->is_newcomer()) {
      if (newcomer == nullptr) newcomer = connection;
      ++newcomers;
    }
    if (connection->waits() == HttpConnection::Waits::nothing) continue;
    if (waiting == nullptr || rank(connection) < rank(waiting)) waiting = connection;
  }
  HttpConnection* goes = nullptr;
  if (newcomers >= shared_.options.newcomers_max)
    goes = newcomer;
  else if (staying >= shared_.options.connections_max)
    goes = waiting;
  if (goes != nullptr) goes->turn_out();
  return goes != nullptr || staying < shared_.options.connections_max;
}

asio::awaitable<void> HttpListener::Server::serve(tcp::socket socket, asio::ip::address from) {
  HttpConnection connection(std::move(socket), shared_);
  const auto place = arrived_.insert(arrived_.end(), &connection);
  ++connections_from_[from];
  try {
    co_await connection.converse();
  } catch (const std::exception& exception) {
    shared_.options.warn(exception.what());
  }
  arrived_.erase(place);
  if (--connections_from_[from] == 0) connections_from_.erase(from);
}

Result<std::unique_ptr<HttpListener>> HttpListener::open(HttpOptions options, HttpHandler handler) {
  std::unique_ptr<Server> server;
  try {
    server = std::make_unique<Server>(std::move(options), std::move(handler));
  } catch (const std::system_error& error) {
    return Error{Failure::unavailable,
                 "no threads for the server (" + error.code().message() +
                     "): leave it more memory, or let its user have more processes",
                 "服务得不到线程（" + error.code().message() +
                     "）：请给它更多内存，或放宽其用户的进程数限制"};
  }
  if (const auto listening = server->listen(); !listening) return listening.error();
  return std::unique_ptr<HttpListener>(new HttpListener(std::move(server)));
}

HttpListener::HttpListener(std::unique_ptr<Server> server) : server_(std::move(server)) {}
HttpListener::~HttpListener() = default;

const ListenAddress& HttpListener::address() const { return server_->address(); }
void HttpListener::run() { server_->run(); }
void HttpListener::ring() { server_->ring(); }
void HttpListener::stop() { server_->stop(); }
std::vector<LaneFigures> HttpListener::lanes() const { return server_->lanes(); }

}  // namespace kinledger::server
