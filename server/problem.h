// What went wrong, as problem+json (RFC 9457): {"type", "title", "status", "code", "zh", "en"} and,
// of refused input, "refusals" and "refusalCount". `title` is that of the status; `code` is stable,
// and the texts are the ones that the command line tells.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "ledger/refusal.h"
#include "ledger/result.h"
#include "server/http_message.h"

namespace kinledger::server {

/// Never repeats an identity: reasons do not.
HttpResponse problem(unsigned status, const ledger::Reason& reason);
/// Of a document: 422.
HttpResponse problem(std::span<const ledger::Refusal> refusals, std::uint64_t count);
/// A fault: `invalid` 400, `conflict` 409, `unavailable` 503 with Retry-After, `corrupt` 500. What
/// the last two say is for the operator and goes to `warn`, not to the client.
HttpResponse problem(const ledger::Error& error, const std::function<void(std::string_view)>& warn);

}  // namespace kinledger::server
