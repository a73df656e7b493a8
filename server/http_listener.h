// The listener (监听): HTTP/1.1 on a socket, for the services of this folder. It bounds what anyone
// can make it hold or wait for: connections, heads, bodies, and the time that each may take in all,
// so that a client that sends a byte now and then is let go like one that sends none.
//
// Concurrency: one thread, in run(), does what sockets do; handlers run on threads of their own, so
// that a slow one keeps no deadline of another connection from being met. Requests that wait for
// different things have different threads (HttpLane), and none waits for one for longer than
// HttpDeadlines::queue. A connection has one request under way; what it sends behind it waits.
//
// Streams: an answer may be made while it is sent (HttpStream). It is asked for more when what it
// gave last is out, so that a client that does not read holds one piece and slows only itself.
//
// Limitations: no HTTP/2, no requests with bodies in chunks. A body is held whole in
// memory. Behind a proxy all connections come from one address. A client that ends its side of the
// connection while a stream waits counts as gone, also if it would still read.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/result.h"
#include "server/http_message.h"
#include "server/lane_figures.h"
#include "server/tls.h"

namespace kinledger::server {

/// How long something may take, from its beginning to its end.
struct HttpDeadlines {
  std::chrono::milliseconds idle{30'000};  ///< between two requests
  std::chrono::milliseconds head{5'000};   ///< from the first byte, or from the connection
  std::chrono::milliseconds body{15'000};
  /// Until a thread is free for a request; then it is refused with 503, and was not begun.
  std::chrono::milliseconds queue{10'000};
  std::chrono::milliseconds write{15'000};         ///< an answer, or one piece of a stream
  std::chrono::milliseconds body_mebibyte{1'000};  ///< more, for each whole MiB of either body
  std::chrono::milliseconds linger{2'000};         ///< for a refused client to read why
};

struct ListenAddress {
  std::string host = "127.0.0.1";  ///< an IPv4 or IPv6 address
  std::uint16_t port = 0;          ///< 0: any that is free

  /// "127.0.0.1:8451", "[::1]:8451"
  std::string to_text() const;
  /// Whether only this machine can reach it.
  bool is_loopback() const;
};
/// Reads what to_text() writes. `invalid` for names: what is listened on is never looked up.
ledger::Result<ListenAddress> read_listen_address(std::string_view text);

/// The names that a server on that address may be asked by: those of this machine, the address, and
/// `more`.
std::vector<std::string> hosts_of(const ListenAddress& address,
                                  const std::vector<std::string>& more);

/// Threads for requests that wait for the same thing (server/http_lane.h).
struct HttpLaneOptions {
  std::string name;  ///< for figures
  unsigned threads = 1;
};

struct HttpOptions {
  ListenAddress address;
  /// Whoever comes needs a certificate that it accepts; null: plain HTTP.
  std::shared_ptr<Tls> tls = nullptr;
  /// Names that Host may have, in lower case, without ports and brackets; others are answered 421.
  /// Empty: any. A server on a loopback address names its own here: otherwise a page of anyone in a
  /// browser of this machine can ask it, under a name that leads here (DNS rebinding).
  std::vector<std::string> hosts = {};
  std::size_t body_bytes_max = 64 * 1024;
  /// When there is one, it is asked instead of body_bytes_max, before any byte of the body is read.
  /// Called on the listener's own thread: it must not wait.
  std::function<std::size_t(std::string_view method, std::string_view target)> body_bytes_max_of =
      nullptr;
  /// When all are taken and one more comes, whoever has let the server wait longest is let go: for
  /// its next request, else for the rest of a body, else for an answer to be taken. Only where
  /// nobody does is the newcomer refused with 503.
  std::size_t connections_max = 1'200;
  /// Of those that have not sent a whole head yet (with TLS: nor shaken hands). When one more
  /// comes, the oldest of them is let go: whoever means it is done with that long before.
  std::size_t newcomers_max = 500;
  /// Of all bodies above 64 KiB that are being received or answered; a request beyond it is refused
  /// with 503.
  std::size_t bodies_bytes_max = std::size_t{256} << 20;
  /// Of all answers above 64 KiB that are made and not sent yet; one beyond it becomes a 503. An
  /// answer that is larger is never given.
  std::size_t answers_bytes_max = std::size_t{512} << 20;
  std::size_t connections_per_address_max = 200;  ///< 0: no limit
  /// They count as connections too. A handler's stream beyond it becomes a 503.
  std::size_t streams_max = 1'000;
  std::vector<HttpLaneOptions> lanes = {{"requests", 4}};
  /// The number of the request's lane, from 0. Called on the listener's own thread: it must not
  /// wait. Null: all are of the first.
  std::function<std::size_t(std::string_view method, std::string_view target)> lane_of = nullptr;
  HttpDeadlines deadlines;
  /// A listening socket that is already open, instead of opening one at `address`.
  std::optional<int> socket = std::nullopt;
  /// Called on the listener's own thread as often as that, as long as it does its work; 0: never.
  std::chrono::milliseconds beats_every{0};
  std::function<void()> beat = [] {};
  /// SIGINT and SIGTERM end run() as stop() does, from open() on.
  bool stops_on_signals = false;
  /// Called on the listener's own thread for each SIGHUP, from open() on; null: left as it is.
  std::function<void()> hangs_up = nullptr;
  /// Told, on the listener's own thread, the status of whatever is refused without a word of the
  /// handler: connections and requests that there is no room for, what is no HTTP, what came too
  /// slowly or waited too long.
  std::function<void(unsigned status)> refused = [](unsigned) {};
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
  /// Wakes the streams that wait for something new. What the caller did before it is seen by their
  /// next(). Cheap: rings that come close together wake them once. Any thread.
  void ring();
  /// Takes no more requests; those under way are answered, streams are ended with their last bytes,
  /// and then run() returns. Any thread.
  void stop();
  /// Of each lane, in their order. Any thread.
  std::vector<LaneFigures> lanes() const;

 private:
  class Server;
  explicit HttpListener(std::unique_ptr<Server> server);
  std::unique_ptr<Server> server_;
};

}  // namespace kinledger::server
