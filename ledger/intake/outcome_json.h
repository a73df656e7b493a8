// What the author of a submission gets back, as JSON: the receipt (回执), or the refusals.
#pragma once

#include <boost/json/fwd.hpp>
#include <optional>
#include <span>

#include "ledger/checkpoint.h"
#include "ledger/refusal.h"
#include "ledger/result.h"
#include "ledger/submission.h"

namespace kinledger::ledger::intake {

/// {"row", "field", "code", "zh", "en"}
boost::json::object to_json(const Refusal& refusal);

/// {"key", "firstSequence", "count", "recordedAt", "treeSize", "root", "already", "checkpoint",
/// "proof"}. The last two are a checkpoint and the proof that the last event of the submission is
/// in its tree, a C2SP tlog-proof; null when the ledger could not give one: what was recorded stays
/// recorded.
boost::json::object to_json(const Receipt& receipt, const Result<InclusionProof>& proof);

/// What to_json() wrote, perhaps another process; nothing when it is something else.
std::optional<Refusal> read_refusal(const boost::json::value& json);
std::optional<Receipt> read_receipt(const boost::json::value& json);

/// {"receipt", "refusals", "refusalCount"}; receipt null unless it is given. `count` is of all
/// refusals, also those that are not shown.
boost::json::object outcome_to_json(boost::json::value receipt, std::span<const Refusal> refusals,
                                    std::uint64_t count);

}  // namespace kinledger::ledger::intake
