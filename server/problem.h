// What went wrong, as problem+json (RFC 9457): {"type", "title", "status", "code", "zh", "en"} and,
// of refused input, "refusals" and "refusalCount". `title` is that of the status; `code` is stable,
// and the texts are the ones that the command line tells.
#pragma once

#include <boost/json/fwd.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <utility>

#include "ledger/refusal.h"
#include "ledger/result.h"
#include "server/http_message.h"

namespace kinledger::server {

/// 404 for a person or unit that the ledger does not know, else 400.
unsigned status_of(const ledger::Reason& reason);

/// Never repeats an identity: reasons do not.
HttpResponse problem(unsigned status, const ledger::Reason& reason);
/// 503, with Retry-After.
HttpResponse not_now(const ledger::Reason& reason);
/// With further members (RFC 9457, extension members).
HttpResponse problem(unsigned status, const ledger::Reason& reason,
                     const boost::json::object& more);
/// REFUSED: nothing of the document was recorded.
ledger::Reason refused_whole();
/// Of a document: 422.
HttpResponse problem(std::span<const ledger::Refusal> refusals, std::uint64_t count,
                     const ledger::Reason& reason = refused_whole());
/// A fault: `invalid` 400, `conflict` 409, `unavailable` 503 with Retry-After, `corrupt` 500. What
/// the last two say is for the operator and goes to `warn`, not to the client.
HttpResponse problem(const ledger::Error& error, const std::function<void(std::string_view)>& warn);

/// Of what the server itself keeps: there `invalid`, too, is for the operator, and 503.
HttpResponse problem_of_server(const ledger::Error& error,
                               const std::function<void(std::string_view)>& warn);

/// A value, or the answer that says why there is none.
template <class T>
using Or = boost::system::result<T, HttpResponse>;

/// What was parsed. Refused: 404 for what the ledger does not know, else 400.
template <class T>
Or<T> value_or_problem(ledger::Result<ledger::Parsed<T>> parsed,
                       const std::function<void(std::string_view)>& warn) {
  if (!parsed) return problem(parsed.error(), warn);
  if (!*parsed) return problem(status_of(parsed->error()), parsed->error());
  return std::move(**parsed);
}

}  // namespace kinledger::server
