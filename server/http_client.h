// One request over HTTP/1.1, on a connection of its own, with a deadline for all of it. Nothing is
// followed (redirects, proxies of the environment): who is asked is whom the caller named.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "ledger/result.h"

namespace kinledger::server {

/// http://HOST[:PORT][/PATH]
struct HttpUrl {
  std::string host;  ///< a name or an address, without brackets
  std::uint16_t port = 80;
  std::string path;  ///< empty, or begins with '/' and does not end with one

  std::string to_text() const;
};
/// `invalid`, saying what is wrong: another scheme (https is not spoken yet), a user, a query.
ledger::Result<HttpUrl> read_http_url(std::string_view text);

struct HttpCall {
  HttpUrl url;
  std::string path;  ///< appended to that of the URL; begins with '/'
  bool is_post = false;
  std::string body = {};  ///< of a POST
  std::chrono::milliseconds deadline{10'000};
  std::size_t body_bytes_max = 64 * 1024;  ///< of the answer
};

struct HttpReply {
  unsigned status = 0;
  std::string content_type;
  std::string body;
};

/// `unavailable`, with the reason, when no whole answer within the limits came in time. Waits;
/// a name that is being looked up may take the resolver's own time beyond the deadline.
ledger::Result<HttpReply> call(const HttpCall& call);

}  // namespace kinledger::server
