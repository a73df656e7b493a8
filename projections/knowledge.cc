#include "projections/knowledge.h"

#include <utility>

namespace kinledger::projections {

Knowledge::Knowledge(const Rulebook& rules, DossierLoader load)
    : rules_(rules), load_(std::move(load)) {
  invariant(load_ != nullptr);
}

const Dossier& Knowledge::dossier(Dossiers& held, const Subject& subject, Extent extent) {
  auto& dossier = held[subject];
  if (dossier == nullptr) {
    auto loaded = load_(subject, extent);
    if (loaded) {
      dossier = std::make_unique<Dossier>(std::move(*loaded));
    } else {
      if (!fault_) fault_ = loaded.error();
      dossier = std::make_unique<Dossier>(subject);
    }
  }
  return *dossier;
}

void Knowledge::hold(const Subject& subject, Dossier dossier) {
  dossiers_.insert_or_assign(subject, std::make_unique<Dossier>(std::move(dossier)));
}

}  // namespace kinledger::projections
