// What goes out on a connection: whole answers, and answers in chunks (分块), of which the client
// sees from the last chunk that they are whole (RFC 9112 section 7.1).
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>
#include <string_view>

#include "server/http_channel.h"
#include "server/http_message.h"

namespace kinledger::server {

/// Each call gets its bytes out within the deadline, or is false: the connection is then of no more
/// use. Precondition: the stream outlives the writer; one call at a time.
class HttpWriter {
 public:
  /// A whole answer may take `of_mebibyte` more for each MiB of its body.
  HttpWriter(HttpChannel& stream, std::chrono::milliseconds deadline,
             std::chrono::milliseconds of_mebibyte)
      : stream_(stream), deadline_(deadline), of_mebibyte_(of_mebibyte) {}

  /// To which request, and what follows.
  struct Manner {
    bool is_head = false;  ///< HEAD: without the body
    bool keep_alive = true;
  };

  /// An answer with its body.
  boost::asio::awaitable<bool> write(HttpResponse response, Manner manner);
  /// That the body is welcome.
  boost::asio::awaitable<bool> write_continue();

  /// The head of an answer in chunks.
  boost::asio::awaitable<bool> write_head(const HttpResponse& response, Manner manner);
  /// Precondition: it is not empty.
  boost::asio::awaitable<bool> write_chunk(std::string_view bytes);
  boost::asio::awaitable<bool> write_last_chunk();

 private:
  HttpChannel& stream_;
  const std::chrono::milliseconds deadline_;
  const std::chrono::milliseconds of_mebibyte_;
};

}  // namespace kinledger::server
