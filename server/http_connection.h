// One connection: reads its requests one after another, has each answered by the handler, and sends
// the answer, at once or as a stream.
//
// Concurrency: everything here runs on the thread that runs HttpShared::io; only the handler and
// the functions of streams are called on threads of the request's lane, while the connection waits
// for them.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "server/http_channel.h"
#include "server/http_head.h"
#include "server/http_lane.h"
#include "server/http_listener.h"
#include "server/http_message.h"
#include "server/http_writer.h"

namespace kinledger::server {

/// What the connections of a listener have in common.
struct HttpShared {
  HttpShared(HttpOptions with, HttpHandler answers);

  HttpOptions options;
  const HttpHandler handler;
  const HeadRules rules;
  boost::asio::io_context io{1};
  std::deque<HttpLane> lanes;
  bool is_stopping = false;
  std::uint64_t rings = 0;  ///< that were heard so far
  std::size_t streams = 0;  ///< under way
  /// Of bodies above 64 KiB: those of requests that are not answered, and of answers not yet sent.
  std::size_t bodies_bytes = 0;
  std::size_t answers_bytes = 0;
};

class HttpConnection {
 public:
  /// Precondition: `shared` outlives the connection.
  HttpConnection(boost::asio::ip::tcp::socket socket, HttpShared& shared);

  /// Until it is to be closed. To be called once.
  boost::asio::awaitable<void> converse();
  /// What its client lets it wait for. The later ones are given up the more reluctantly.
  enum class Waits : std::uint8_t { nothing, request, body, taking };
  Waits waits() const { return waits_; }
  std::chrono::steady_clock::time_point waits_since() const { return waits_since_; }
  /// Whether it has not sent a whole head yet.
  bool is_newcomer() const { return is_newcomer_; }
  /// Ends it at once, as one that has to make room. Precondition: it waits.
  void turn_out();
  bool is_turned_out() const { return is_turned_out_; }
  /// After HttpShared::rings was counted up: ends the waiting of a stream.
  void ring();
  /// After HttpShared::is_stopping was set: ends the waiting for a request or of a stream.
  void stop();

 private:
  /// What a stream gave. A last piece may be empty; another that is empty means: wait.
  struct Piece {
    std::string bytes;
    bool is_last = false;
  };
  struct Read {
    enum class End : std::uint8_t { some, too_late, closed };
    End end = End::some;
    std::size_t bytes = 0;
  };

  void wait_for(Waits what);

  // Those that give a bool: false when the connection is to be closed.
  boost::asio::awaitable<bool> answer_one(bool is_first);
  boost::asio::awaitable<bool> read_whole_head(bool is_first, HeadScan& scan);
  boost::asio::awaitable<bool> read_body(HttpHead& head);
  boost::asio::awaitable<Read> read_in_time(boost::asio::mutable_buffer into);
  boost::asio::awaitable<Read::End> read_some();
  HttpLane& lane_of(const HttpRequest& request);
  boost::asio::awaitable<HttpResponse> handle(const HttpRequest& request, HttpLane& lane);
  boost::asio::awaitable<HttpResponse> settle(HttpResponse response);
  boost::asio::awaitable<bool> answer(HttpResponse response, HttpWriter::Manner manner,
                                      HttpLane& lane);
  boost::asio::awaitable<bool> refuse(HttpFault fault);
  boost::asio::awaitable<bool> send_stream(HttpResponse response, HttpWriter::Manner manner,
                                           HttpLane& lane);
  boost::asio::awaitable<std::optional<Piece>> ask(HttpStream& stream, HttpLane& lane);
  boost::asio::awaitable<bool> wait_for_news(std::chrono::milliseconds patience);

  HttpShared& shared_;
  HttpChannel stream_;
  HttpWriter writer_;
  std::string arrived_;  ///< and not yet read
  bool has_request_ = false;
  bool is_newcomer_ = true;
  bool is_turned_out_ = false;
  Waits waits_ = Waits::nothing;
  std::chrono::steady_clock::time_point waits_since_;
  boost::asio::steady_timer alarm_;  ///< of a stream that waits
};

}  // namespace kinledger::server
