// Views (视图): what is known at a basis, from a journal and its projections: the basis itself, the
// rules, everyone's facts, and whatever is answered from them.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "ledger/journal.h"
#include "projections/answer.h"
#include "projections/knowledge.h"
#include "projections/projector.h"
#include "projections/questions.h"
#include "projections/rulebook.h"

namespace kinledger::projections {

/// Everything known at a basis.
struct View {
  Basis basis;
  std::shared_ptr<const Rulebook> rules;
  std::unique_ptr<Knowledge> knowledge;
};

/// Thread rule: any thread. Whatever asks for a basis that the projections do not reach yet has
/// them catch up.
class Views {
 public:
  /// `origin` is that of the log. Journal and projector must outlive it.
  Views(const ledger::Journal& journal, Projector& projector, std::string origin);

  /// Has the projections reach the basis.
  ledger::Result<void> reach(ledger::TreeSize basis);
  /// Origin, size, root and last instant of the tree at that size. Precondition: size is not 0.
  ledger::Result<Basis> basis(ledger::TreeSize size);
  /// The rules as known at the basis; the same object again for the same basis.
  ledger::Result<std::shared_ptr<const Rulebook>> rulebook(ledger::TreeSize basis);
  ledger::Result<View> view(ledger::TreeSize basis);
  /// What questions, checks and reports are answered from. Borrows from the view.
  Asking asking(const View& known) const;

 private:
  using ShareVisitor = std::function<void(unsigned share, Knowledge& knowledge, const Subject&)>;
  ledger::Result<Basis> make_basis(ledger::TreeSize size) const;
  /// See ShareRunner.
  ledger::Result<void> run_shares(const Rulebook& rules, const Subjects& subjects,
                                  ledger::TreeSize at, const ShareVisitor& visit) const;
  /// Reads at the basis; the rules must outlive it.
  Knowledge knowledge(const Rulebook& rules, ledger::TreeSize basis) const;

  const ledger::Journal& journal_;
  Projector& projector_;
  const std::string origin_;

  std::mutex mutex_;  // guards catching up, and what is kept of the basis asked for last
  std::optional<Basis> basis_;
  ledger::TreeSize rulebook_basis_;
  std::shared_ptr<const Rulebook> rulebook_;
};

}  // namespace kinledger::projections
