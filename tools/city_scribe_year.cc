// What happens within an insurance year: enrollments, bindings, premiums, care.
#include <algorithm>

#include "tools/city_codes.h"
#include "tools/city_scribe.h"

namespace kinledger::tools {

using ledger::Date;
using ledger::EventType;
using ledger::Fen;
using ledger::Field;
using ledger::Year;

namespace {

/// A wrong date is a month late, so that a payment at the limit seems to have missed it.
constexpr std::int32_t wrong_date_days = 31;
constexpr Fen wrong_premium{205'00};

std::string numbered_in(char kind, Year year, std::uint64_t child) {
  const char prefix[] = {kind, static_cast<char>('0' + year.value / 10 % 10),
                         static_cast<char>('0' + year.value % 10), '-'};
  return numbered({prefix, sizeof prefix}, child + 1, 7);
}

Date start_of(Year year) { return ledger::first_day(year); }

/// One bank that the document lists for the area, and for a few payers one that it does not.
std::string_view bank_in(ledger::Area area, std::uint64_t child) {
  if (child % 50 == 49) return city_codes::linan_rural;
  switch (area.code) {
    case 330109:
      return city_codes::xiaoshan_rural;
    case 330110:
      return city_codes::yuhang_rural;
    case 330111:
      return city_codes::fuyang_rural;
    case 330112:
      return city_codes::linan_rural;
    default:
      break;
  }
  constexpr std::array banks{city_codes::icbc, city_codes::bank_of_hangzhou,
                             city_codes::hangzhou_united};
  return banks[child % banks.size()];
}

/// Of how a child comes to the scheme in which it first enrolls.
struct Route {
  ledger::EnrollmentKind kind;
  std::string_view channel;
};
Route route_of(const Child& child, CityScheme scheme) {
  using ledger::EnrollmentKind;
  if (child.legacy || scheme != CityScheme::children)
    return {EnrollmentKind::scheme_switch, scheme == CityScheme::university
                                               ? city_codes::through_school
                                               : city_codes::through_unit};
  if (child.person.birth >= start_of(city_first_year))
    return {EnrollmentKind::newborn,
            child.index % 3 == 0 ? city_codes::zheli_ban : city_codes::birth_in_one_go};
  return {EnrollmentKind::new_member,
          child.index % 3 == 0 ? city_codes::agency_counter : city_codes::zheli_ban};
}

void enrollment(const Child& child, CityScheme scheme, Year year, Date on, CityPage& page) {
  const auto route = route_of(child, scheme);
  page.add(EventType::enrollment_registered, on)
      .person(Field::person, child.person)
      .set(Field::scheme, code_of(scheme))
      .set(Field::insurance_year, year)
      .set(Field::kind, route.kind)
      .set(Field::channel, route.channel);
}

}  // namespace

void CityScribe::enrollments(const CityUnit& unit, Year year, CityPage& page) const {
  if (year == city_first_year) channel_fund(unit, year, channel_of(unit, year), page);
  each_child(unit, [&](const Child& child) {
    if (year == city_first_year)
      first_enrollment(child, page);
    else
      growing_up(child, unit, year, page);
  });
}

void CityScribe::first_enrollment(const Child& child, CityPage& page) const {
  const auto year = city_first_year;
  const auto scheme = life_.scheme(child, year);
  const auto age = ledger::completed_years(child.person.birth, start_of(year));
  // The agency forgets a few of the children, and converts a few who are of age.
  const bool converted = age && *age < 18 ? child.index % 300 != 299 : child.index % 40 == 39;
  if (child.legacy && converted) {
    page.add(EventType::legacy_member_converted, start_of(year))
        .person(Field::person, child.person)
        .set(Field::from_scheme, city_codes::legacy_child_pooling)
        .set(Field::scheme, city_codes::children)
        .set(Field::batch, std::string_view("2021-1"));
    return;
  }
  if (scheme == CityScheme::none || (child.legacy && scheme == CityScheme::children)) return;
  const auto in_spring =
      ledger::add_days(start_of(year), static_cast<std::int32_t>(child.index % 60));
  enrollment(child, scheme, year, child.legacy ? in_spring : child.joined_on, page);
}

void CityScribe::growing_up(const Child& child, const CityUnit& unit, Year year,
                            CityPage& page) const {
  const auto begins = start_of(year);
  const auto school = life_.schooling(child, Date{begins.days + 300});
  const auto before = life_.scheme(child, {year.value - 1});
  const auto scheme = life_.scheme(child, year);
  if (school.since > begins && before != CityScheme::none)
    page.add(EventType::person_status_recorded, school.since)
        .person(Field::person, child.person)
        .set(Field::kind, city_codes::school)
        .set(Field::value, school.value)
        .set(Field::area, child.home_area);
  if (before == scheme || before == CityScheme::none) return;
  page.add(EventType::enrollment_ended, begins)
      .person(Field::person, child.person)
      .set(Field::scheme, code_of(before))
      .set(Field::cause,
           before == CityScheme::children ? ledger::EndCause::aged_out : ledger::EndCause::stopped);
  if (life_.has_subsidy(child, unit, {year.value - 1}))
    page.add(EventType::binding_ended, begins)
        .person(Field::person, child.person)
        .person(Field::parent, population_.parent(child))
        .unit(Field::unit, unit.number)
        .set(Field::cause, ledger::BindingEndCause::child_ineligible);
  if (scheme == CityScheme::none) return;
  enrollment(child, scheme, year,
             ledger::add_days(begins, static_cast<std::int32_t>(child.index % 60)), page);
}

void CityScribe::bindings(const CityUnit& unit, CityPage& page) const {
  each_child(unit, [&](const Child& child) {
    if (child.legacy) return;
    const auto story = life_.binding(child);
    if (!story) return;
    const bool wrong = story->slip == Slip::wrong_unit;
    auto written = unit;
    // Units come in pairs within a group, so the neighbour is recorded too.
    if (wrong) written.number = numbered("CITY", (unit.index ^ 1) + 1, 7);
    binding(child, written, *story, page);
    if (wrong) page.amend_later(Mistake::binding_unit, child.index);
  });
}

void CityScribe::binding(const Child& child, const CityUnit& unit, const BindingStory& story,
                         CityPage& page) const {
  using ledger::BindingOrigin;
  auto line = page.add(EventType::binding_registered, story.handled_on)
                  .person(Field::person, child.person)
                  .person(Field::parent, population_.parent(child))
                  .unit(Field::unit, unit.number)
                  .set_yes(Field::sealed, story.sealed)
                  .set(Field::origin,
                       story.with_enrollment ? BindingOrigin::with_enrollment : BindingOrigin::form)
                  .set(Field::handled_by,
                       story.by_employee ? city_codes::employee : city_codes::unit_handler)
                  .set_yes(Field::enrolled_in_scheme, true);
  if (!story.sealed)
    line.event().draft.fields.emplace_back(
        Field::missing_parts, std::vector{static_cast<std::uint16_t>(ledger::FormPart::unit_seal)});
}

void CityScribe::premiums(const CityUnit& unit, Year year, CityPage& page) const {
  each_child(unit, [&](const Child& child) {
    if (life_.scheme(child, year) != CityScheme::none) premiums_of(child, year, page);
  });
}

void CityScribe::premiums_of(const Child& child, Year year, CityPage& page) const {
  const auto scheme = life_.scheme(child, year);
  if (!CityLife::joins(child, year))
    page.add(EventType::payment_notice_issued, ledger::add_days(start_of(year), 4))
        .person(Field::person, child.person)
        .set(Field::scheme, code_of(scheme))
        .set(Field::insurance_year, year)
        .set(Field::amount, premium_of(scheme))
        .set(Field::due_by, premium_due_on(year));
  const auto story = life_.premium(child, year);
  if (!story) return;
  auto written = *story;
  if (story->slip == Slip::wrong_date)
    written.paid_on = ledger::add_days(story->paid_on, wrong_date_days);
  if (story->slip == Slip::wrong_amount) written.amount = wrong_premium;
  premium(child, year, written, 'P', page);
  const auto payment = page.lines();
  if (story->slip == Slip::wrong_date) page.amend_later(Mistake::premium_date, child.index);
  if (story->slip == Slip::wrong_amount) page.amend_later(Mistake::premium_amount, child.index);
  if (story->receipted)
    page.add(EventType::receipt_issued, ledger::add_days(written.paid_on, 2))
        .person(Field::person, child.person)
        .set(Field::insurance_year, year)
        .fact(Field::payment, payment)
        .set(Field::receipt_number, numbered_in('E', year, child.index));
  if (story->agreed_to_debit && child.is_first_of_household())
    page.add(EventType::debit_agreement_recorded, ledger::add_days(story->paid_on, 10))
        .person(Field::person, population_.parent(child))
        .set(Field::bank, bank_in(child.home_area, child.index))
        .set(Field::area, child.home_area);
  if (story->slip == Slip::twice) {
    premium(child, year, written, 'Q', page);
    page.amend_later(Mistake::premium_twice, child.index);
  }
  if (story->reversed_on)
    page.add(EventType::payment_reversed, *story->reversed_on)
        .person(Field::person, child.person)
        .set(Field::insurance_year, year)
        .fact(Field::payment, payment)
        .set(Field::amount, story->amount)
        .set(Field::cause, city_codes::not_eligible);
  if (story->paid_again_on) {
    written.paid_on = *story->paid_again_on;
    premium(child, year, written, 'R', page);
  }
}

void CityScribe::premium(const Child& child, Year year, const PremiumStory& story, char order,
                         CityPage& page) const {
  const bool debit = story.channel == city_codes::bank_debit;
  page.add(EventType::premium_paid, story.paid_on)
      .person(Field::person, child.person)
      .set(Field::scheme, code_of(life_.scheme(child, year)))
      .set(Field::insurance_year, year)
      .set(Field::amount, story.amount)
      .set(Field::kind, ledger::PremiumKind::annual)
      .set(Field::payer_kind, ledger::PayerKind::guardian)
      .set(Field::posted_on, ledger::add_days(story.paid_on, 1))
      .set(Field::channel, story.channel)
      .set(Field::mode, debit ? city_codes::debit : city_codes::yearly)
      .set(Field::order_number, numbered_in(order, year, child.index));
}

void CityScribe::care(const CityUnit& unit, Year year, CityPage& page) const {
  each_child(unit, [&](const Child& child) {
    const auto care_of_year = life_.care(child, year);
    for (const auto& one : care_of_year.all()) visit(child, year, one, page);
    if (care_of_year.second_recorded_twice) {
      // From another list, under the number of another institution.
      auto again = care_of_year.visits[1];
      again.institution = again.institution == 0 ? 1 : again.institution - 1;
      visit(child, year, again, page);
      page.amend_later(Mistake::visit_twice, child.index);
    }
    if (care_of_year.examined)
      page.add(EventType::exam_taken, care_of_year.examined_on)
          .person(Field::person, child.person)
          .unit(Field::institution,
                Population::institution_number(child.index % population_.institutions()));
    if (care_of_year.moved.value != 0) moved_balance(child, care_of_year, year, page);
  });
}

void CityScribe::visit(const Child& child, Year year, const Visit& one, CityPage& page) const {
  const auto days = one.care == ledger::CareClass::inpatient ? 6 : 0;
  page.add(EventType::medical_settlement_recorded, one.on)
      .person(Field::person, child.person)
      .unit(Field::institution, Population::institution_number(one.institution))
      .set(Field::scheme, code_of(life_.scheme(child, year)))
      .set(Field::care_class, one.care)
      .set(Field::service_to, ledger::add_days(one.on, days))
      .set(Field::settlement_year, year)
      .set(Field::total, one.total)
      .set(Field::in_scope, one.in_scope)
      .set(Field::deductible, one.deductible)
      .set(Field::basic_paid, one.basic_paid)
      .set(Field::personal_in_scope, one.personal_in_scope)
      .set(Field::personal_out_of_scope, one.out_of_scope)
      .set(Field::subsidy_eligible, one.subsidy_eligible)
      .set_yes(Field::direct, true);
}

void CityScribe::moved_balance(const Child& child, const CareYear& care_of_year, Year year,
                               CityPage& page) const {
  using ledger::AccountYear;
  const auto parent = population_.parent(child);
  const auto from = care_of_year.moved_from_current_year ? AccountYear::current : AccountYear::past;
  // Never two equal lines for one parent: siblings have adjacent numbers.
  const auto credited =
      ledger::add_days(start_of(year), static_cast<std::int32_t>(child.index % 28));
  page.add(EventType::account_credited, credited)
      .person(Field::person, parent)
      .set(Field::year_class, from)
      .set(Field::amount, Fen{care_of_year.moved.value * 2});
  page.add(EventType::account_transferred,
           ledger::add_days(start_of(year), 30 + static_cast<std::int32_t>(child.index % 300)))
      .person(Field::person, parent)
      .person(Field::to_person, child.person)
      .set(Field::year_class, from)
      .set(Field::amount, care_of_year.moved);
}

void CityScribe::amend(const Amendment& amendment, Year year, CityPage& page) const {
  using ledger::CorrectionAuthority;
  using ledger::CorrectionCause;
  const auto unit = population_.unit_of(amendment.child);
  const auto child = population_.child(amendment.child, unit);
  ledger::CorrectionRequest request{{amendment.sequence}, {}, CorrectionAuthority::agency, {}};
  switch (amendment.mistake) {
    case Mistake::premium_date:
      request.cause = CorrectionCause::wrong_date;
      request.authority = CorrectionAuthority::tax_authority;
      premium(child, year, *life_.premium(child, year), 'P', page);
      break;
    case Mistake::premium_amount:
      request.cause = CorrectionCause::wrong_amount;
      request.authority = CorrectionAuthority::tax_authority;
      premium(child, year, *life_.premium(child, year), 'P', page);
      break;
    case Mistake::binding_unit:
      request.cause = CorrectionCause::wrong_unit;
      request.authority = CorrectionAuthority::unit;
      binding(child, unit, *life_.binding(child), page);
      break;
    case Mistake::schooling:
      request.cause = CorrectionCause::transcription_error;
      request.authority = CorrectionAuthority::unit;
      schooling(child, false, page);
      break;
    case Mistake::settlement_amount:
      request.cause =
          child.index % 8 == 0 ? CorrectionCause::audit_finding : CorrectionCause::source_corrected;
      if (request.cause == CorrectionCause::audit_finding) {
        request.authority = CorrectionAuthority::audit_office;
        request.authority_document = numbered_in('A', year, child.index);
      }
      annual_settlement(child, unit, year, {life_.care(child, year), false}, page);
      break;
    case Mistake::premium_twice:
    case Mistake::visit_twice:
      request.cause = CorrectionCause::duplicate;
      page.add(EventType::event_voided, std::nullopt);
      break;
  }
  page.amend_last(std::move(request));
}

}  // namespace kinledger::tools
