#include "projections/knowledge.h"

#include <utility>

namespace kinledger::projections {

Knowledge::Knowledge(const Rulebook& rules, DossierLoader load)
    : rules_(rules), load_(std::move(load)) {
  invariant(load_ != nullptr);
}

const Dossier& Knowledge::dossier(const Subject& subject) {
  auto& held = dossiers_[subject];
  if (held == nullptr) {
    auto loaded = load_(subject);
    if (loaded) {
      held = std::make_unique<Dossier>(std::move(*loaded));
    } else {
      if (!fault_) fault_ = loaded.error();
      held = std::make_unique<Dossier>(subject);
    }
  }
  return *held;
}

}  // namespace kinledger::projections
