#include "tools/city_page.h"

#include "ledger/result.h"

namespace kinledger::tools {

using ledger::EventType;
using ledger::Field;

CityLine& CityLine::person(Field field, const CityPerson& person) {
  ledger::PersonReference reference;
  reference.who = ledger::IdentityNumber{ledger::IdType::resident_id, std::string(person.digits())};
  event_.persons.emplace_back(field, std::move(reference));
  return *this;
}

CityLine& CityLine::person(Field field, const CityPerson& who, std::string name) {
  person(field, who);
  event_.persons.back().second.name = std::move(name);
  event_.persons.back().second.birth_date = who.birth;
  return *this;
}

CityLine& CityLine::unit(Field field, const std::string& number) {
  event_.units.emplace_back(field, number);
  return *this;
}

CityLine& CityLine::fact(Field field, std::uint64_t line) {
  event_.facts.emplace_back(field, ledger::FactReference{true, line});
  return *this;
}

CityPage::CityPage(std::string key, const ledger::ActorId& actor, std::size_t lines) {
  submission_.key = std::move(key);
  submission_.actor = actor;
  submission_.events.reserve(lines);
}

CityLine CityPage::add(EventType type, std::optional<ledger::Date> valid_on) {
  constexpr std::size_t fields_usual = 6;
  auto& event = submission_.events.emplace_back();
  event.draft.type = type;
  event.draft.envelope.valid_on = valid_on;
  event.draft.envelope.source_row = static_cast<std::uint32_t>(submission_.events.size());
  event.draft.fields.reserve(fields_usual);
  if (type == EventType::person_registered) ++registrations_;
  return CityLine(event);
}

void CityPage::amend_later(Mistake mistake, std::uint64_t child) {
  invariant(submission_.events.back().draft.type != EventType::person_registered);
  amendments_.push_back({mistake, child, lines() - 1 - registrations_});
}

void CityPage::amend_last(ledger::CorrectionRequest request) {
  submission_.events.back().correction = std::move(request);
}

std::vector<Amendment> CityPage::amendments() const {
  auto out = amendments_;
  for (auto& amendment : out) amendment.sequence += registrations_;
  return out;
}

}  // namespace kinledger::tools
