#include "tools/verify_derived.h"

#include "ledger/directory.h"
#include "ledger/vault_check.h"
#include "projections/projection_check.h"
#include "projections/subject_map_check.h"
#include "tools/progress.h"

namespace kinledger::tools {
namespace {

using ledger::Result;

void take(const std::optional<ledger::Damage>& damage, DerivedVerification& verification) {
  if (!damage) return;
  verification.sequence = damage->sequence;
  verification.wrong = damage->what;
}

Result<void> check_subject_maps(projections::Archive& archive, Terminal& terminal,
                                DerivedVerification& verification) {
  const auto& ledger = archive.ledger();
  Progress progress(terminal, {"校验主体目录", "verifying subject maps"}, {"条", "events"});
  const ledger::ScratchDirectory scratch(ledger.projections_directory() / "verify-subject-map");
  const auto check = projections::check_subject_maps(
      ledger.journal(), ledger.durable().size, scratch.path(),
      [&](std::uint64_t done, std::uint64_t total) { progress.update(done, total); });
  if (!check) return check.error();
  verification.subject_maps = check->roots;
  take(check->damage, verification);
  return {};
}

Result<void> check_vault(projections::Archive& archive, Terminal& terminal,
                         DerivedVerification& verification) {
  const auto& ledger = archive.ledger();
  Progress progress(terminal, {"校验身份库", "verifying the vault"}, {"人", "persons"});
  const auto check = ledger::check_vault(ledger.journal(), ledger.vault(), ledger.durable().size,
                                         [&](std::uint64_t done) { progress.update(done, 0); });
  if (!check) return check.error();
  verification.persons = check->persons;
  verification.erased = check->erased;
  take(check->damage, verification);
  return {};
}

Result<void> check_projections(projections::Archive& archive, Terminal& terminal,
                               DerivedVerification& verification) {
  Progress progress(terminal, {"校验投影", "verifying the projections"}, {"条", "events"});
  const auto& ledger = archive.ledger();
  auto& kept = archive.projector();
  if (const auto caught_up = kept.catch_up(); !caught_up) return caught_up.error();
  const ledger::ScratchDirectory scratch(ledger.projections_directory() / "verify-projections");
  const auto made = projections::Projector::open(scratch.path(), ledger.journal());
  if (!made) return made.error();
  const auto rebuilt = (*made)->rebuild([&](std::uint64_t done, std::uint64_t total) {
    progress.update(done, total);
    return true;
  });
  if (!rebuilt) return rebuilt.error();
  const auto wrong = projections::compare(kept, **made);
  if (!wrong) return wrong.error();
  if (!*wrong) return {};
  const auto& subject = (*wrong)->subject;
  verification.wrong =
      "the projections are not what the log says" +
      (subject ? ", of subject " + ledger::to_hex(subject->id) + " first" : std::string()) +
      ": answers may have been wrong; run: kinledger rebuild";
  return {};
}

}  // namespace

Result<DerivedVerification> verify_derived(projections::Archive& archive, Terminal& terminal) {
  DerivedVerification verification;
  for (const auto check : {check_subject_maps, check_vault, check_projections}) {
    if (const auto checked = check(archive, terminal, verification); !checked)
      return checked.error();
    if (!verification.wrong.empty()) break;
  }
  return verification;
}

}  // namespace kinledger::tools
