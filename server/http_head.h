// Which heads of HTTP requests are accepted. Beast parses them, but lets through forms on which two
// servers can disagree about where a request ends (request smuggling); those are refused here:
//
//   line ends other than CRLF, folded lines, control characters     400
//   another version than HTTP/1.1                                   505
//   a target that is not a path in printable ASCII                  400, longer than 2 KiB 414
//   not exactly one Host                                            400, not ours 421
//   any Transfer-Encoding                                           501
//   a Content-Length that is not one number in digits               400, too large 413
//   a body without a Content-Length                                 411
//   an Expect other than 100-continue                               417
#pragma once

#include <boost/system/result.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/refusal.h"
#include "server/http_message.h"

namespace kinledger::server {

inline constexpr std::size_t http_head_bytes_max = 8192;
inline constexpr std::size_t http_target_bytes_max = 2048;

/// Why a request is refused. The connection is closed behind it.
struct HttpFault {
  unsigned status = 400;
  ledger::Reason reason;
};

/// The end of the head in what has arrived so far.
struct HeadScan {
  enum class Found : std::uint8_t { not_yet, end, never };
  Found found = Found::not_yet;
  std::size_t bytes = 0;  ///< of the head with its empty line, when it was found
};
HeadScan scan_head(std::string_view arrived);

struct HttpHead {
  HttpRequest request;  ///< without its body
  std::size_t body_bytes = 0;
  bool keep_alive = true;
  bool is_head = false;  ///< HEAD: the answer has no body
  bool wants_continue = false;
};

/// boost::system::result calls this when value() is asked of a fault: a bug of ours.
[[noreturn]] void throw_exception_from_error(const HttpFault& fault,
                                             const boost::source_location& at);

/// What differs from listener to listener.
struct HeadRules {
  std::vector<std::string> hosts;  ///< as HttpOptions::hosts
  std::function<std::size_t(std::string_view method, std::string_view target)> body_bytes_max;
};

/// Precondition: `head` is a whole head as scan_head() found it.
boost::system::result<HttpHead, HttpFault> read_head(std::string_view head, const HeadRules& rules);

/// Whether the field may be sent: a token and a value without control characters.
bool is_field(const HttpField& field);

}  // namespace kinledger::server
