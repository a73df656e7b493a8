// The listener (监听): HTTP/1.1 on a socket, for the services of this folder. It bounds what anyone
// can make it hold or wait for: connections, heads, bodies, and the time that each may take in all,
// so that a client that sends a byte now and then is let go like one that sends none.
//
// Concurrency: one thread, in run(), does what sockets do; handlers run on a pool of their own, so
// that a slow one keeps no deadline of another connection from being met. A connection has one
// request under way; what it sends behind it waits.
//
// Limitations: no TLS, no HTTP/2, no bodies in chunks, no limit for one address.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "ledger/result.h"
#include "server/http_message.h"

namespace kinledger::server {

/// How long something may take, from its beginning to its end.
struct HttpDeadlines {
  std::chrono::milliseconds idle{30'000};  ///< between two requests
  std::chrono::milliseconds head{5'000};   ///< from the first byte, or from the connection
  std::chrono::milliseconds body{15'000};
  std::chrono::milliseconds write{15'000};
  std::chrono::milliseconds linger{2'000};  ///< for a refused client to read why
};

struct ListenAddress {
  std::string host = "127.0.0.1";  ///< an IPv4 or IPv6 address
  std::uint16_t port = 0;          ///< 0: any that is free

  /// "127.0.0.1:8451", "[::1]:8451"
  std::string to_text() const;
};
/// Reads what to_text() writes. `invalid` for names: what is listened on is never looked up.
ledger::Result<ListenAddress> read_listen_address(std::string_view text);

struct HttpOptions {
  ListenAddress address;
  std::size_t body_bytes_max = 64 * 1024;
  std::size_t connections_max = 1000;
  unsigned handler_threads = 4;
  HttpDeadlines deadlines;
  /// SIGINT and SIGTERM end run() as stop() does.
  bool stops_on_signals = false;
  /// Told, from any thread, what went wrong inside; never holds what a client sent.
  std::function<void(std::string_view)> warn = [](std::string_view) {};
};

class HttpListener {
 public:
  /// Listens; connections wait until run(). `unavailable` when the address is taken or is not this
  /// machine's.
  static ledger::Result<std::unique_ptr<HttpListener>> open(HttpOptions options,
                                                            HttpHandler handler);
  ~HttpListener();
  HttpListener(const HttpListener&) = delete;
  HttpListener& operator=(const HttpListener&) = delete;

  /// With the port that was given.
  const ListenAddress& address() const;

  /// Serves until stop(). To be called once.
  void run();
  /// Takes no more requests; those under way are answered, and then run() returns. Any thread.
  void stop();

 private:
  class Server;
  explicit HttpListener(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace kinledger::server
