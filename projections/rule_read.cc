// Parameters of a rule, from JSON that check_parameters accepted into the struct of their kind.
#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "ledger/catalogue.h"
#include "projections/condition_format.h"
#include "projections/json_read.h"
#include "projections/rule_format.h"

namespace kinledger::projections {
namespace {

namespace json = boost::json;

class Reader {
 public:
  Reader(const json::object& table, const Declarations& declared)
      : table_(table), declared_(declared) {}

  std::string text(std::string_view key) const { return read_text(table_, key); }
  Codes codes(std::string_view key) const { return read_texts(table_, key); }
  std::optional<std::int32_t> count(std::string_view key) const { return read_count(table_, key); }
  bool flag(std::string_view key) const { return read_flag(table_, key).value_or(false); }
  std::optional<ledger::Date> date(std::string_view key) const { return read_date(table_, key); }
  ledger::Year year(std::string_view key) const { return {count(key).value()}; }
  std::optional<AreaSet> area(std::string_view key) const {
    const auto* found = declared_.area(text(key));
    if (found == nullptr) return std::nullopt;
    return *found;
  }
  std::optional<Condition> condition(std::string_view key) const {
    const auto* value = table_.if_contains(key);
    if (value == nullptr) return std::nullopt;
    return read_condition(*value, declared_);
  }
  Label label(std::string_view key) const {
    const auto* value = table_.if_contains(key);
    if (value == nullptr) return {};
    return {read_text(value->get_object(), "zh"), read_text(value->get_object(), "en")};
  }
  Amount amount(std::string_view key) const {
    const auto* value = table_.if_contains(key);
    if (value == nullptr) return {};
    if (value->is_string()) return {ledger::parse_yuan(as_view(*value)).value(), {}, {}};
    const auto& source = value->get_object();
    return {std::nullopt, read_text(source, "announced"), read_text(source, "open_point")};
  }
  CoverageStart start(std::string_view key) const {
    const Reader start(table_.at(key).get_object(), declared_);
    using Kind = CoverageStart::Kind;
    if (const auto date = start.date("date")) return {Kind::fixed_date, *date, 0, {}};
    if (const auto months = start.count("full_months")) {
      return {Kind::full_months, {}, *months, {}};
    }
    if (const auto months = start.count("natural_month")) {
      return {Kind::natural_month, {}, *months, {}};
    }
    return {Kind::undetermined, {}, 0, start.text("open_point")};
  }
  template <class Element>
  std::vector<Element> each(std::string_view key, Element (*read)(const Reader&)) const {
    std::vector<Element> elements;
    for (const auto* element : read_elements(table_, key)) {
      elements.push_back(read(Reader(element->get_object(), declared_)));
    }
    return elements;
  }

 private:
  const json::object& table_;
  const Declarations& declared_;
};

/// The enumerant of that name of an event's field.
template <class Enum>
Enum enumerant_of(ledger::EventType type, ledger::Field field, std::string_view name) {
  const auto enumerants = ledger::type_info(type).find(field)->enumerants;
  const auto found = std::ranges::find(enumerants, name, &ledger::Enumerant::name);
  invariant(found != enumerants.end(), "the word was checked");
  return static_cast<Enum>(found - enumerants.begin());
}

ledger::Certainty certainty_of(std::string_view word) {
  return enumerant_of<ledger::Certainty>(ledger::EventType::rule_version_published,
                                         ledger::Field::certainty, word);
}
ledger::EnrollmentKind enrollment_kind_of(std::string_view word) {
  return enumerant_of<ledger::EnrollmentKind>(ledger::EventType::enrollment_registered,
                                              ledger::Field::kind, word);
}
ledger::FormPart form_part_of(std::string_view word) {
  return enumerant_of<ledger::FormPart>(ledger::EventType::binding_registered,
                                        ledger::Field::missing_parts, word);
}
ledger::AccountYear account_year_of(std::string_view word) {
  return enumerant_of<ledger::AccountYear>(ledger::EventType::account_transferred,
                                           ledger::Field::year_class, word);
}

template <class Enum>
std::vector<Enum> mapped(const Codes& words, Enum (*number)(std::string_view)) {
  std::vector<Enum> numbers;
  for (const auto& word : words) numbers.push_back(number(word));
  return numbers;
}

Coverage read_coverage(const Reader& reader) {
  return {reader.codes("schemes"),        reader.year("insurance_year"),
          reader.condition("population"), reader.date("paid_from"),
          reader.date("paid_to"),         reader.flag("after_notice"),
          reader.start("start"),          reader.text("open_point_past_year")};
}

Premium::Due read_due(const Reader& reader) {
  const auto certainty = reader.text("certainty");
  return {reader.text("scheme"), reader.text("category"), reader.amount("personal"),
          reader.amount("government"),
          certainty.empty() ? std::nullopt : std::optional(certainty_of(certainty))};
}

Premium read_premium(const Reader& reader) {
  return {reader.year("insurance_year"), reader.condition("population"), reader.date("paid_from"),
          reader.date("paid_to"), reader.each("due", read_due)};
}

Eligibility read_eligibility(const Reader& reader) {
  const auto option = [](const Reader& each) -> Eligibility::Option {
    return {each.text("scheme"), *each.condition("condition")};
  };
  return {reader.condition("population"), reader.each<Eligibility::Option>("options", option),
          reader.text("open_point_if_none")};
}

LegacyCollection read_legacy_collection(const Reader& reader) {
  const auto timing = [](const Reader& each) -> LegacyCollection::Timing {
    return {each.codes("fiscal_levels"), each.count("months_after"), each.text("open_point")};
  };
  return {ledger::parse_month(reader.text("last_premium_month")).value(),
          reader.each<LegacyCollection::Timing>("timings", timing)};
}

ContributionRate read_contribution_rate(const Reader& reader) {
  const auto rate = [](const Reader& each) -> ContributionRate::Rate {
    return {each.codes("fiscal_levels"), each.amount("unit_amount"),
            each.amount("personal_amount")};
  };
  return {reader.each<ContributionRate::Rate>("rates", rate)};
}

EnrollmentRoute read_enrollment_route(const Reader& reader) {
  const auto route = [](const Reader& each) -> EnrollmentRoute::Route {
    return {each.codes("schemes"), each.text("route"), each.flag("obligatory")};
  };
  return {reader.condition("population"), reader.each<EnrollmentRoute::Route>("routes", route)};
}

DesignatedBanks read_designated_banks(const Reader& reader) {
  const auto designation = [](const Reader& each) -> DesignatedBanks::Designation {
    return {*each.area("area"), each.text("block"), each.codes("banks")};
  };
  return {reader.each<DesignatedBanks::Designation>("designations", designation)};
}

Subsidy read_subsidy(const Reader& reader) {
  using TestedOn = Subsidy::TestedOn;
  return {reader.text("scheme"),
          reader.flag("eligibility_required"),
          reader.flag("payment_required"),
          reader.flag("unit_in_scope_required"),
          reader.condition("condition"),
          reader.text("tested_on") == "year_end" ? TestedOn::year_end : TestedOn::enrollment};
}

ChannelFund read_channel_fund(const Reader& reader) {
  const auto rate = [](const Reader& each) -> ChannelFund::Rate {
    return {each.codes("fiscal_levels"), each.amount("monthly")};
  };
  return {reader.each<ChannelFund::Rate>("rates", rate), reader.flag("channel_first")};
}

EnrollmentChannel read_enrollment_channel(const Reader& reader) {
  const auto entry = [](const Reader& each) -> EnrollmentChannel::Entry {
    return {each.codes("channels"), mapped(each.codes("kinds"), enrollment_kind_of)};
  };
  return {reader.codes("schemes"), reader.each<EnrollmentChannel::Entry>("entries", entry)};
}

Office read_office(const Reader& reader) {
  const auto entry = [](const Reader& each) -> Office::Entry {
    return {each.codes("fiscal_levels"), each.area("area"),    each.text("block"),
            each.label("name"),          each.text("address"), each.text("open_point")};
  };
  return {reader.each<Office::Entry>("entries", entry)};
}

/// Kinds of enrollment_rules.h; nothing for others.
std::optional<RuleParameters> read_enrollment_rule(RuleKind kind, const Reader& reader) {
  switch (kind) {
    case RuleKind::scheme_end:
      return SchemeEnd{reader.text("scheme"), *reader.date("last_day")};
    case RuleKind::legacy_collection:
      return read_legacy_collection(reader);
    case RuleKind::contribution_rate:
      return read_contribution_rate(reader);
    case RuleKind::eligibility:
      return read_eligibility(reader);
    case RuleKind::conversion:
      return Conversion{reader.text("from_scheme"), reader.text("scheme"),
                        *reader.date("effective_on"), *reader.condition("condition")};
    case RuleKind::coverage:
      return read_coverage(reader);
    case RuleKind::premium:
      return read_premium(reader);
    case RuleKind::enrollment_route:
      return read_enrollment_route(reader);
    case RuleKind::enrollment_channel:
      return read_enrollment_channel(reader);
    case RuleKind::payment_channel:
      return PaymentChannel{reader.codes("schemes"), reader.codes("channels")};
    case RuleKind::designated_banks:
      return read_designated_banks(reader);
    case RuleKind::examination:
      return Examination{reader.codes("schemes"), *reader.count("times"),
                         *reader.count("every_years")};
    case RuleKind::account_transfer:
      return AccountTransfer{mapped(reader.codes("year_classes"), account_year_of)};
    default:
      return std::nullopt;
  }
}

/// Kinds of subsidy_rules.h; nothing for others.
std::optional<RuleParameters> read_subsidy_rule(RuleKind kind, const Reader& reader) {
  switch (kind) {
    case RuleKind::informative:
      return Informative{};
    case RuleKind::rectification_deadline:
      return RectificationDeadline{*reader.date("due_to"), reader.text("statement")};
    case RuleKind::unit_scope:
      return UnitScope{*reader.condition("condition")};
    case RuleKind::subsidy:
      return read_subsidy(reader);
    case RuleKind::subsidy_exclusion:
      return SubsidyExclusion{reader.codes("schemes")};
    case RuleKind::reimbursement_window:
      return ReimbursementWindow{*reader.count("years_after")};
    case RuleKind::reimbursable_base:
      return ReimbursableBase{reader.flag("deductible_included")};
    case RuleKind::channel_fund:
      return read_channel_fund(reader);
    case RuleKind::surplus_recovery:
      return SurplusRecovery{reader.count("months_after_year"), reader.text("open_point")};
    case RuleKind::binding_deadline:
      return BindingDeadline{reader.codes("schemes"), reader.condition("population"),
                             reader.flag("sealed_form_required"), reader.codes("handled_by")};
    case RuleKind::late_binding:
      return LateBinding{reader.flag("denies_subsidy"), reader.text("open_point")};
    case RuleKind::office:
      return read_office(reader);
    case RuleKind::required_form:
      return RequiredForm{reader.label("title"), mapped(reader.codes("parts"), form_part_of),
                          reader.flag("enrolled_required")};
    case RuleKind::confidential_items:
      return ConfidentialItems{reader.codes("items")};
    default:
      return std::nullopt;
  }
}

}  // namespace

RuleParameters read_parameters(RuleKind kind, const json::value& parameters,
                               const Declarations& declared) {
  const Reader reader(parameters.get_object(), declared);
  auto read = read_enrollment_rule(kind, reader);
  if (!read) read = read_subsidy_rule(kind, reader);
  invariant(read && read->index() == static_cast<std::size_t>(kind));
  return std::move(*read);
}

}  // namespace kinledger::projections
