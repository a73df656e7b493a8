#include "projections/condition_tests.h"

#include <algorithm>
#include <cstdlib>

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::EventType;
using ledger::EventView;
using ledger::Field;
using ledger::YesNo;

/// I-03 and its alternatives differ by one day.
constexpr std::int32_t age_limit_days = 1;

bool has_begun(const EventView& event, Date on) {
  return !event.envelope().valid_on || *event.envelope().valid_on <= on;
}
bool has_ended(const EventView& event, Date on) {
  const auto until = event.date(Field::until);
  return until && *until <= on;
}
bool is_code(const std::vector<Code>& codes, std::string_view code) {
  return std::ranges::find(codes, code, &Code::code) != codes.end();
}

TestResult answer(bool holds, const Fact& fact) {
  return {.truth = truth_of(holds), .evidence = {fact.sequence}};
}
TestResult not_done() { return {.truth = Truth::no}; }
TestResult open_for_want_of(const Label& missing) { return {.missing = &missing}; }

/// Of the facts of a type that the filter lets pass: the one in force on a date, namely the last
/// to begin, else why there is none.
struct InForce {
  const Fact* fact = nullptr;
  const Fact* ended = nullptr;  ///< the last to begin, of those that have ended
  std::optional<Date> change;   ///< the next beginning or end
};

template <class Filter>
InForce in_force(const Asked& asked, EventType type, Filter filter) {
  InForce found;
  const auto begins_later = [](const Fact& fact, const Fact* than) {
    return than == nullptr || fact.event.envelope().valid_on >= than->event.envelope().valid_on;
  };
  for (const auto& fact : asked.facts.of(type)) {
    if (!filter(fact.event)) continue;
    note_change(found.change, fact.event.envelope().valid_on, asked.on);
    if (!has_begun(fact.event, asked.on)) continue;
    note_change(found.change, fact.event.date(Field::until), asked.on);
    auto& slot = has_ended(fact.event, asked.on) ? found.ended : found.fact;
    if (begins_later(fact, slot)) slot = &fact;
  }
  return found;
}

InForce any_in_force(const Asked& asked, EventType type) {
  return in_force(asked, type, [](const EventView&) { return true; });
}

struct Birth {
  const Fact* fact = nullptr;
  Date date;
};

std::optional<Birth> birth_of(const Asked& asked) {
  const auto registrations = asked.facts.of(EventType::person_registered);
  if (registrations.empty()) return std::nullopt;
  const auto date = registrations.back().event.date(Field::birth_date);
  if (!date || !is_in_range(*date)) return std::nullopt;
  return Birth{&registrations.back(), *date};
}

// What is missed. They are kept, for most conditions are asked of persons of whom it is recorded.
const Label birth_label{"出生日期", "date of birth"};
const Label category_label{"登记的人员类别", "category given at registration"};
const Label first_time_label{"是否首次参保", "whether it is the first time"};
const Label issuer_label{"发证机关", "issuer of the certificate"};
const Label level_label{"证件等级", "level of the certificate"};
const Label unit_label{"单位类型、财政级次和区域", "type, fiscal level and area of the unit"};
const Label unit_type_label{"单位类型", "type of the unit"};
const Label fiscal_level_label{"单位财政级次", "fiscal level of the unit"};
const Label full_guarantee_label{"单位是否财政全额保障", "whether the unit is fully guaranteed"};
const Label unit_area_label{"单位所在区域", "area of the unit"};
const Label open_label{"文件未明确", "left open by the documents"};

/// A value against the recorded text; an absent one is unknown.
TestResult compare_text(const Fact& fact, Field field, const std::vector<Code>& codes,
                        const Label& missing) {
  const auto text = fact.event.text(field);
  if (text.empty()) return open_for_want_of(missing);
  return answer(is_code(codes, text), fact);
}

template <class Compare>
TestResult judge_unit(const Asked& asked, Compare compare) {
  const auto found = any_in_force(asked, EventType::unit_recorded);
  auto result = found.fact == nullptr ? open_for_want_of(unit_label) : compare(*found.fact);
  result.may_change_on = found.change;
  return result;
}

/// By one of the issuers, and those of the region: the same bodies elsewhere are others. Where the
/// area of the issuer is not recorded it is taken for its own.
Truth is_issued_by(const CertificateTest& test, const EventView& certificate, ledger::Area region) {
  if (test.issuers.empty()) return Truth::yes;
  const auto issuer = certificate.text(Field::issuer);
  const auto named = issuer.empty() ? Truth::unknown : truth_of(is_code(test.issuers, issuer));
  const auto area = certificate.area(Field::issuer_area);
  return area ? all_of(named, contains({{}, {}, {region}}, *area)) : named;
}

Truth is_of_level(const CertificateTest& test, const EventView& certificate) {
  if (!test.level_at_most) return Truth::yes;
  const auto level = certificate.integer(Field::level);
  return level ? truth_of(*level <= *test.level_at_most) : Truth::unknown;
}

/// A state that EmploymentRecorded states too, of a person of whom no status says that it holds.
TestResult judge_employment(const StatusTest& test, const InForce& status, const Asked& asked) {
  const auto job = in_force(asked, EventType::employment_recorded, [&](const EventView& event) {
    const auto person = event.person(Field::person);
    return person && asked.facts.names(*person);  // not the one of a parent
  });
  auto result = job.fact != nullptr       ? answer(true, *job.fact)
                : job.ended != nullptr    ? answer(false, *job.ended)
                : status.ended != nullptr ? answer(false, *status.ended)
                                          : open_for_want_of(test.kind.label);
  result.may_change_on = status.change;
  note_change(result.may_change_on, job.change, asked.on);
  return result;
}

}  // namespace

void note_change(std::optional<Date>& change, std::optional<Date> candidate, Date on) {
  if (candidate && *candidate > on && (!change || *candidate < *change)) change = candidate;
}

TestResult judge(const AgeTest& test, const Asked& asked) {
  const auto birth = birth_of(asked);
  if (!birth) return open_for_want_of(birth_label);
  auto result = answer(asked.on >= birth->date, *birth->fact);
  note_change(result.may_change_on, birth->date, asked.on);
  result.at_limit = false;
  const auto& rules = asked.knowledge.rules();
  const auto day_rule = rules.age_day(asked.jurisdiction, asked.on);
  const auto apply = [&](std::optional<std::int32_t> age, bool attained) {
    if (!age) return;
    const auto day = ledger::attains_age_on(birth->date, *age, day_rule);
    if ((asked.on >= day) != attained) result.truth = Truth::no;
    note_change(result.may_change_on, day, asked.on);
    if (std::abs(ledger::days_between(day, asked.on)) <= age_limit_days) result.at_limit = true;
  };
  apply(test.at_least, true);
  apply(test.below, false);
  if (result.at_limit) {
    result.convention = rules.reading(Convention::age_day, asked.jurisdiction, asked.on).point;
  }
  return result;
}

TestResult judge(const BirthTest& test, const Asked& asked) {
  const auto birth = birth_of(asked);
  if (!birth) return open_for_want_of(birth_label);
  return answer(
      (!test.from || birth->date >= *test.from) && (!test.until || birth->date < *test.until),
      *birth->fact);
}

TestResult judge(const StatusTest& test, const Asked& asked) {
  const auto found =
      in_force(asked, EventType::person_status_recorded,
               [&](const EventView& event) { return event.text(Field::kind) == test.kind.code; });
  if (found.fact == nullptr && test.kind.by_employment) return judge_employment(test, found, asked);
  if (found.fact == nullptr) {
    auto result = found.ended != nullptr && test.kind.known_after_end ? answer(false, *found.ended)
                  : found.ended == nullptr && test.kind.known_if_absent
                      ? not_done()
                      : open_for_want_of(test.kind.label);
    result.may_change_on = found.change;
    return result;
  }
  const auto& event = found.fact->event;
  auto result = answer(true, *found.fact);
  result.may_change_on = found.change;
  const auto also = [&](Truth truth) { result.truth = all_of(result.truth, truth); };
  const auto flag = event.flag(Field::flag);
  if (test.flag) {
    also(flag ? truth_of(*flag == *test.flag) : Truth::unknown);
  } else {
    also(truth_of(flag != false));  // a recorded "no" denies the state
  }
  const auto value = event.text(Field::value);
  const bool is_open = is_code(test.open_values, value);
  if (is_open) {
    also(Truth::unknown);
  } else if (!test.values.empty()) {
    also(value.empty() ? Truth::unknown : truth_of(is_code(test.values, value)));
  }
  if (test.months_at_least) {
    const auto months = event.integer(Field::months);
    also(months ? truth_of(*months >= *test.months_at_least) : Truth::unknown);
    result.at_limit = months == *test.months_at_least;
  }
  if (test.area) also(contains(*test.area, event.area(Field::area).value_or(ledger::Area{})));
  if (result.truth == Truth::unknown) {
    result.missing = &test.kind.label;
    if (is_open) result.open_point = test.open_point;
  }
  return result;
}

TestResult judge(const LegacyMemberTest&, const Asked& asked) {
  const auto found =
      in_force(asked, EventType::legacy_membership_recorded, [&](const EventView& event) {
        const auto person = event.person(Field::person);
        return person && asked.facts.names(*person);  // not as a parent
      });
  auto result = found.fact != nullptr    ? answer(true, *found.fact)
                : found.ended != nullptr ? answer(false, *found.ended)
                                         : not_done();
  result.may_change_on = found.change;
  return result;
}

TestResult judge(const EnrolledTest& test, const Asked& asked) {
  TestResult result = not_done();
  const auto ends = asked.facts.of(EventType::enrollment_ended);
  const auto consider = [&](const Fact& begun) {
    const auto& event = begun.event;
    if (!is_code(test.schemes, event.text(Field::scheme))) return;
    const auto year = event.year(Field::insurance_year);
    if (year && *year != ledger::year_of(asked.on)) return;
    note_change(result.may_change_on, event.envelope().valid_on, asked.on);
    if (!has_begun(event, asked.on)) return;
    const Fact* ended = nullptr;
    for (const auto& end : ends) {
      const auto enrollment = end.event.fact(Field::enrollment);
      const bool is_its_end = enrollment
                                  ? *enrollment == event.envelope().fact
                                  : end.event.text(Field::scheme) == event.text(Field::scheme) &&
                                        end.event.envelope().valid_on >= event.envelope().valid_on;
      if (!is_its_end) continue;
      note_change(result.may_change_on, end.event.envelope().valid_on, asked.on);
      if (has_begun(end.event, asked.on)) ended = &end;
    }
    if (ended == nullptr) {
      result.truth = Truth::yes;
      result.evidence = {begun.sequence};
    } else if (result.truth == Truth::no) {
      result.evidence = {begun.sequence, ended->sequence};
    }
  };
  for (const auto& fact : asked.facts.of(EventType::legacy_member_converted)) consider(fact);
  for (const auto& fact : asked.facts.of(EventType::enrollment_registered)) consider(fact);
  note_change(result.may_change_on, first_day_after(ledger::year_of(asked.on)), asked.on);
  return result;
}

TestResult judge(const CertificateTest& test, const Asked& asked) {
  TestResult result = not_done();
  result.at_limit = false;
  for (const auto& fact : asked.facts.of(EventType::certificate_recorded)) {
    const auto& event = fact.event;
    if (!is_code(test.kinds, event.text(Field::kind))) continue;
    note_change(result.may_change_on, event.envelope().valid_on, asked.on);
    const auto valid_to = event.date(Field::valid_to);
    const bool is_valid = has_begun(event, asked.on) && (!valid_to || *valid_to >= asked.on);
    if (is_valid && valid_to && is_in_range(*valid_to)) {
      note_change(result.may_change_on, ledger::add_days(*valid_to, 1), asked.on);
    }
    const auto issued = is_issued_by(test, event, asked.jurisdiction);
    const auto suits = all_of(issued, is_of_level(test, event));
    if (!is_valid && suits != Truth::no) result.at_limit = true;
    const auto truth = all_of(truth_of(is_valid), suits);
    if (truth >= result.truth) {
      result.truth = truth;
      result.evidence = {fact.sequence};
      if (truth == Truth::unknown) {
        result.missing = issued == Truth::unknown ? &issuer_label : &level_label;
      }
    }
    if (truth == Truth::yes) break;
  }
  // Which day is looked at decides only where a certificate that suits is not valid on it.
  result.at_limit = result.at_limit && result.truth == Truth::no;
  return result;
}

TestResult judge(const ExemptionListTest& test, const Asked& asked) {
  TestResult result = not_done();
  for (const auto& fact : asked.facts.of(EventType::exemption_list_entry_received)) {
    if (!is_code(test.categories, fact.event.text(Field::category))) continue;
    note_change(result.may_change_on, fact.event.envelope().valid_on, asked.on);
    if (!has_begun(fact.event, asked.on)) continue;
    bool is_latest = true;
    for (const auto& list : asked.knowledge.region().of(EventType::exemption_list_received)) {
      if (list.event.text(Field::issuer) != fact.event.text(Field::issuer)) continue;
      if (list.event.envelope().valid_on <= fact.event.envelope().valid_on) continue;
      note_change(result.may_change_on, list.event.envelope().valid_on, asked.on);
      if (has_begun(list.event, asked.on)) is_latest = false;
    }
    if (!is_latest && result.truth == Truth::yes) continue;
    result.truth = truth_of(is_latest);
    result.evidence = {fact.sequence};
  }
  return result;
}

TestResult judge(const PersonCategoryTest& test, const Asked& asked) {
  const auto registrations = asked.facts.of(EventType::person_registered);
  if (registrations.empty()) return open_for_want_of(category_label);
  return compare_text(registrations.back(), Field::status, test.categories, category_label);
}

TestResult judge(const PointsTest&, const Asked& asked) {
  const auto found = any_in_force(asked, EventType::points_qualification_recorded);
  if (found.fact == nullptr) {
    TestResult result = not_done();
    result.may_change_on = found.change;
    return result;
  }
  const auto from = found.fact->event.date(Field::valid_from);
  const bool is_qualified = found.fact->event.as<YesNo>(Field::qualified) == YesNo::yes;
  auto result = answer(is_qualified && (!from || *from <= asked.on), *found.fact);
  result.may_change_on = found.change;
  if (is_qualified) note_change(result.may_change_on, from, asked.on);
  return result;
}

TestResult judge(const UnitTypeTest& test, const Asked& asked) {
  return judge_unit(asked, [&](const Fact& fact) {
    return compare_text(fact, Field::unit_type, test.types, unit_type_label);
  });
}

TestResult judge(const FiscalLevelTest& test, const Asked& asked) {
  return judge_unit(asked, [&](const Fact& fact) {
    return compare_text(fact, Field::fiscal_level, test.levels, fiscal_level_label);
  });
}

TestResult judge(const FullGuaranteeTest& test, const Asked& asked) {
  return judge_unit(asked, [&](const Fact& fact) {
    const auto stated = fact.event.flag(Field::full_guarantee);
    if (!stated) return open_for_want_of(full_guarantee_label);
    auto result = answer(*stated == test.guaranteed, fact);
    // Whether it is asked of every type of unit is a reading, which a refusal hangs on.
    result.at_limit = result.truth == Truth::no;
    return result;
  });
}

TestResult judge(const UnitAreaTest& test, const Asked& asked) {
  return judge_unit(asked, [&](const Fact& fact) {
    auto result = answer(true, fact);
    result.truth = contains(test.area, fact.event.area(Field::area).value_or(ledger::Area{}));
    if (result.truth == Truth::unknown) result.missing = &unit_area_label;
    return result;
  });
}

TestResult judge(const FirstTimeTest& test, const Asked& asked) {
  const auto registrations = asked.facts.of(EventType::person_registered);
  if (registrations.empty()) return open_for_want_of(first_time_label);
  const auto stated = registrations.back().event.flag(Field::first_time);
  if (!stated) return open_for_want_of(first_time_label);
  return answer(*stated == test.first_time, registrations.back());
}

TestResult judge(const OpenTest& test, const Asked&) {
  TestResult result = open_for_want_of(open_label);
  result.open_point = test.open_point;
  return result;
}

std::vector<Parent> parents_of(const Asked& asked) {
  std::vector<Parent> parents;
  const auto add = [&](const Fact& fact) {
    const auto child = fact.event.person(Field::person);
    const auto parent = fact.event.person(Field::parent);
    if (!child || !parent || !asked.facts.names(*child)) return;
    if (std::ranges::find(parents, *parent, &Parent::person) != parents.end()) return;
    parents.push_back({*parent, fact.sequence});
  };
  for (const auto& fact : asked.facts.of(EventType::kinship_recorded)) {
    const auto& event = fact.event;
    if (!has_begun(event, asked.on) || has_ended(event, asked.on)) continue;
    const auto relation = event.text(Field::relation);
    const auto* code = asked.knowledge.rules().code("relation", relation);
    if (!relation.empty() && (code == nullptr || !code->parent)) continue;  // other guardians
    add(fact);
  }
  for (const auto& fact : asked.facts.of(EventType::binding_registered)) add(fact);
  for (const auto& fact : asked.facts.of(EventType::legacy_membership_recorded)) add(fact);
  return parents;
}

}  // namespace kinledger::projections
