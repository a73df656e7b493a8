// Resolution (归结): from a submission, which names people by their documents and units by their
// numbers, to events, which name them by their ids. Everything that contradicts the ledger's own
// references is refused here, all of it at once: unknown persons and units, facts that do not
// exist, a child born before its parent, codes that no policy pack declares, a row twice.
//
// Facts that merely broke a rule (late, too much, at a wrong place) pass: they are judged later.
#pragma once

#include <variant>
#include <vector>

#include "ledger/ledger.h"
#include "ledger/sequencer.h"

namespace kinledger::ledger {

/// Ready to be sequenced, refused, or recorded before under the same key.
using Resolution = std::variant<Prepared, std::vector<Refusal>, SubmissionRecord>;

class Resolver {
 public:
  /// Several threads may resolve at once: `random` must bear that.
  Resolver(const Journal& journal, Vault& vault, SharedRandom& random, Area jurisdiction)
      : journal_(journal), vault_(vault), random_(random), jurisdiction_(jurisdiction) {}

  /// `conflict` when the key was used for other content; any other Error when the ledger cannot be
  /// read.
  Result<Resolution> resolve(const Submission& submission, const Vocabulary& vocabulary) const;

 private:
  const Journal& journal_;
  Vault& vault_;
  SharedRandom& random_;
  Area jurisdiction_;
};

}  // namespace kinledger::ledger
