#include "tools/receipt.h"

#include <boost/json/object.hpp>

#include "ledger/intake/outcome_json.h"
#include "tools/complaint.h"

namespace kinledger::tools {

boost::json::object to_json(const ledger::Receipt& receipt, ledger::Ledger& ledger,
                            Terminal& terminal) {
  const auto proof = ledger.prove({receipt.first.value + receipt.count - 1});
  if (!proof) (void)complain(terminal, proof.error());
  return ledger::intake::to_json(receipt, proof);
}

std::string to_words(const ledger::TreeHead& head, Language language) {
  const auto size = std::to_string(head.size.value);
  const auto root = ledger::to_text(head.root);
  return language == Language::zh ? "树大小 " + size + "，根 " + root
                                  : "tree size " + size + ", root " + root;
}

std::string to_words(const ledger::Receipt& receipt, Language language) {
  const auto first = std::to_string(receipt.first.value);
  const auto last = std::to_string(receipt.first.value + receipt.count - 1);
  const auto count = std::to_string(receipt.count);
  const auto at = ledger::to_text(receipt.recorded_at);
  if (receipt.already)
    return language == Language::zh
               ? "此前已登记，序号 " + first + "（" + at + "），本次没有新增"
               : "already recorded at " + first + " on " + at + "; nothing was added";
  return (language == Language::zh
              ? "已登记 " + count + " 条，序号 " + first + " 至 " + last + "，登记时间 " + at
              : "recorded " + count + " events, sequences " + first + " to " + last + ", at " +
                    at) +
         "\n" + to_words(receipt.head, language);
}

}  // namespace kinledger::tools
