#include "ledger/intake/outcome_json.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

namespace kinledger::ledger::intake {

boost::json::object to_json(const Refusal& refusal) {
  return {{"row", refusal.row},
          {"field", refusal.field},
          {"code", refusal.reason.code},
          {"zh", refusal.reason.zh},
          {"en", refusal.reason.en}};
}

boost::json::object to_json(const Receipt& receipt, const Result<InclusionProof>& proof) {
  boost::json::object out{{"key", receipt.key},
                          {"firstSequence", receipt.first.value},
                          {"count", receipt.count},
                          {"recordedAt", to_text(receipt.recorded_at)},
                          {"treeSize", receipt.head.size.value},
                          {"root", to_text(receipt.head.root)},
                          {"already", receipt.already},
                          {"checkpoint", nullptr},
                          {"proof", nullptr}};
  if (!proof) return out;
  out["checkpoint"] = proof->checkpoint;
  out["proof"] = proof->to_text();
  return out;
}

boost::json::object outcome_to_json(boost::json::value receipt, std::span<const Refusal> refusals,
                                    std::uint64_t count) {
  boost::json::array list;
  for (const auto& refusal : refusals) list.push_back(to_json(refusal));
  return {{"receipt", std::move(receipt)}, {"refusals", std::move(list)}, {"refusalCount", count}};
}

}  // namespace kinledger::ledger::intake
