#include "projections/identity_access.h"

namespace kinledger::projections {

using ledger::EventType;
using ledger::Reason;

bool is_erased(const Dossier& person) { return !person.of(EventType::person_erased).empty(); }

std::optional<Restriction> restriction_of(const Dossier& person, ledger::Date on) {
  const auto stated = person.of(EventType::person_restricted);
  if (stated.empty()) return std::nullopt;
  const auto& last = stated.back();
  const auto until = last.event.date(ledger::Field::until);
  if (until && *until <= on) return std::nullopt;
  return Restriction{last.sequence, until};
}

Reason identity_erased() {
  return {"IDENTITY_ERASED", "此人的身份信息已删除", "the identity of this person was erased"};
}

Reason identity_restricted() {
  return {
      "IDENTITY_RESTRICTED",
      "此人的身份信息已限制处理：只予保存，不予查阅（见 kinledger restrict）",
      "the identity of this person is restricted: it is kept, and told to nobody (see kinledger "
      "restrict)"};
}

std::optional<Reason> identity_withheld(const Dossier& person, ledger::Date on) {
  if (is_erased(person)) return identity_erased();
  if (restriction_of(person, on)) return identity_restricted();
  return std::nullopt;
}

}  // namespace kinledger::projections
