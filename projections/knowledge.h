// Knowledge: everything that one judgment can reach at one basis, namely the dossiers of persons
// and units, loaded when they are first asked for, and the rules.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>

#include "ledger/result.h"
#include "ledger/types.h"
#include "projections/dossier.h"
#include "projections/rulebook.h"

namespace kinledger::projections {

/// Reads the dossier of a subject at the basis of the judgment; a subject without facts gives an
/// empty one.
using DossierLoader = std::function<ledger::Result<Dossier>(const Subject&, Extent)>;

/// Judgments are pure functions of it, so a fault of the store does not run through them: the
/// dossier that could not be read is empty, the first fault is kept, and whoever asked for the
/// judgment looks at fault() before using the answer.
///
/// The rulebook must outlive it. Thread rule: one thread.
class Knowledge {
 public:
  Knowledge(const Rulebook& rules, DossierLoader load);

  /// Valid until forget() or stay_small().
  const Dossier& person(const ledger::PersonId& person) {
    return dossier(dossiers_, Subject::of(person), Extent::whole);
  }
  /// With the facts of all its children: for judgments that go through them.
  const Dossier& unit(const ledger::UnitId& unit) {
    return dossier(dossiers_, Subject::of(unit), Extent::whole);
  }
  /// Only what is recorded of the unit itself.
  const Dossier& unit_itself(const ledger::UnitId& unit) {
    return dossier(units_themselves_, Subject::of(unit), Extent::unit_itself);
  }
  const Dossier& region() const { return rules_.region(); }
  const Rulebook& rules() const { return rules_; }

  /// The first fault of the loader; an answer that was computed despite it is worth nothing.
  const std::optional<ledger::Error>& fault() const { return fault_; }

  /// Takes a whole dossier that was loaded elsewhere, so that it is not loaded again.
  void hold(const Subject& subject, Dossier dossier);
  /// Between two subjects of a run over many: lets go of all dossiers once there are many, so that
  /// memory is bounded by a number of subjects and their relations. References end.
  void stay_small() {
    if (dossiers() > dossiers_max) forget();
  }
  /// Number of dossiers held.
  std::size_t dossiers() const { return dossiers_.size() + units_themselves_.size(); }
  void forget() {
    dossiers_.clear();
    units_themselves_.clear();
  }

 private:
  static constexpr std::size_t dossiers_max = 1'024;

  // Behind pointers: references handed out stay valid while further dossiers are loaded.
  using Dossiers = std::unordered_map<Subject, std::unique_ptr<Dossier>>;

  const Dossier& dossier(Dossiers& held, const Subject& subject, Extent extent);

  const Rulebook& rules_;
  DossierLoader load_;
  Dossiers dossiers_;
  Dossiers units_themselves_;
  std::optional<ledger::Error> fault_;
};

}  // namespace kinledger::projections
