// One request over HTTP/1.1, on a connection of its own: with a deadline for all of it, or with a
// body that is handed on as it arrives and may go on for ever. Nothing is followed (redirects,
// proxies of the environment): who is asked is whom the caller named.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/result.h"
#include "server/http_message.h"
#include "server/media_types.h"
#include "server/tls.h"

namespace kinledger::server {

/// http://HOST[:PORT][/PATH], or https://
struct HttpUrl {
  bool is_secured = false;  ///< https
  std::string host;         ///< a name or an address, without brackets
  std::uint16_t port = 80;
  std::string path;  ///< empty, or begins with '/' and does not end with one

  std::string to_text() const;
};
/// `invalid`, saying what is wrong: another scheme, a user, a query.
ledger::Result<HttpUrl> read_http_url(std::string_view text);

struct HttpCall {
  HttpUrl url;
  std::string path;  ///< appended to that of the URL; begins with '/'
  bool is_post = false;
  std::string body = {};  ///< of a POST
  std::string content_type{utf8_text_type};
  std::vector<HttpField> fields = {};  ///< further ones
  std::chrono::milliseconds deadline{10'000};
  std::size_t body_bytes_max = 64 * 1024;  ///< of the answer
  Tls* tls = nullptr;                      ///< for https: there must be one
};

struct HttpReply {
  unsigned status = 0;
  std::string content_type;
  std::string body;
  std::vector<HttpField> fields = {};  ///< all of the head
};

/// The value of a field, by its name in any case; empty when it is absent.
std::string_view field_of(const HttpReply& reply, std::string_view name);

/// `unavailable`, with the reason, when no whole answer within the limits came in time. Waits;
/// a name that is being looked up may take the resolver's own time beyond the deadline.
ledger::Result<HttpReply> call(const HttpCall& call);

/// A GET whose answer is not held as a whole.
struct HttpStreamCall {
  HttpUrl url;
  std::string path;                            ///< appended to that of the URL; begins with '/'
  std::string accept;                          ///< the media type that is asked for
  std::chrono::milliseconds deadline{10'000};  ///< for the connection and the answer's head
  std::chrono::milliseconds silence{60'000};   ///< longest time without a byte of the body

  Tls* tls = nullptr;  ///< for https: there must be one

  /// Told the status and the content type, the body being empty, before any of the body. Both are
  /// called on the caller's thread and end the call by giving false.
  std::function<bool(const HttpReply& head)> begin = {};
  /// Takes the body in pieces of at most http_piece_bytes, decoded where it comes in chunks.
  std::function<bool(std::string_view piece)> take = {};
};
inline constexpr std::size_t http_piece_bytes = std::size_t{64} << 10;

enum class HttpStreamEnd {
  whole,    ///< the body is over
  stopped,  ///< by `begin`, `take` or the token
};

/// Waits until the body is over. `unavailable`, with the reason, when there was no head in time,
/// when nothing came within `silence`, or when the body was cut.
ledger::Result<HttpStreamEnd> stream(const HttpStreamCall& call, const std::stop_token& stop = {});

}  // namespace kinledger::server
