// Requests and responses of HTTP as handlers see them.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/types.h"
#include "server/media_types.h"

namespace kinledger::server {

struct HttpField {
  std::string name;
  std::string value;
};

struct HttpRequest {
  std::string method;             ///< GET also where the client asked with HEAD
  std::string target;             ///< begins with '/'; printable ASCII, still percent-encoded
  std::vector<HttpField> fields;  ///< in their order, names in lower case
  std::string body;
  /// Fingerprint of the certificate that the connection was made with; none without TLS.
  std::optional<ledger::Hash> certificate = std::nullopt;
};

/// A body that is made while it is sent. Its functions are called on threads of the
/// request's lane, one call at a time, and not for HEAD; it is destroyed on the listener's own
/// thread. What they throw ends the connection without the end of the body, so that the client sees
/// that it is cut.
struct HttpStream {
  /// The next bytes, which the client must take within HttpDeadlines::write; empty: nothing is
  /// there yet, to be asked again when the listener rings or `patience` is over; nothing: the end.
  std::function<std::optional<std::string>()> next;
  std::chrono::milliseconds patience{1'000};  ///< above 0
  /// Called instead of next when the server stops: the last bytes, which may be empty. Optional.
  std::function<std::string()> last = nullptr;
};

struct HttpResponse {
  unsigned status = 200;
  std::string content_type{utf8_text_type};
  std::vector<HttpField> fields = {};  ///< besides those about length and connection
  std::string body = {};
  std::shared_ptr<HttpStream> stream = nullptr;  ///< instead of body
  /// When there is one, the answer waits: it is called once, and calls back once, on any thread,
  /// whether the answer may leave. The client is told 503 otherwise.
  std::function<void(std::function<void(bool)> may_leave)> held_back = nullptr;
  /// When there is one, it is called once, on the listener's own thread, with the status that the
  /// client is told, also where that is of another answer that takes this one's place.
  std::function<void(unsigned status)> told = nullptr;
};

/// Called on a thread of the request's lane, several at a time. What it throws becomes a 500.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

}  // namespace kinledger::server
