// What a policy pack (规则包) declares beside its rules: documents, named areas, code lists,
// interpretations (I-xx) and open points (O-xx). Recorded whole in PackAdopted.declarations as
// canonical JSON, so that a replay needs no file.
//
// Format, in TOML and JSON alike: docs/RULES.md, "The pack format". Values; any thread.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/calendar.h"
#include "ledger/types.h"
#include "projections/truth.h"

namespace kinledger::projections {

/// A text in both languages of the user.
struct Label {
  std::string zh;
  std::string en;

  bool operator==(const Label&) const = default;
};

/// A policy document (政策文件).
struct Document {
  std::string tag;     ///< by which rules cite it: "000"
  std::string number;  ///< 文号; empty when it has none
  Label title;
  std::optional<ledger::Date> issued;
  std::optional<ledger::Date> effective_from;
  std::int32_t precedence = 0;  ///< where two documents differ, the greater one prevails
};

/// A named set of administrative divisions (GB/T 2260), e.g. "urban" (市区).
struct AreaSet {
  std::string name;
  Label label;
  /// A division stands for everything below it: 330100 for all of Hangzhou.
  std::vector<ledger::Area> codes;
};

/// Whether a division is the other one or lies in it: 330106 in 330100 and in 330000.
bool lies_in(ledger::Area area, ledger::Area other);

/// Whether the division lies in the set. Unknown for no division (code 0) and for one that is only
/// partly inside: "Hangzhou" says nothing about "urban Hangzhou".
Truth contains(const AreaSet& set, ledger::Area area);

/// One code of a list.
struct Code {
  std::string code;
  Label label;
  // Only in the list personStatus:
  std::vector<std::string> uses;  ///< of "value", "area", "months", "flag": what the kind states
  std::string values;             ///< code list of `value`; empty when it is free
  bool known_after_end = false;   ///< a state that ended, with none after it, no longer holds
                                  ///< (insurance); otherwise nothing is known of it (hukou)
  // Only in the list relation:
  bool parent = false;  ///< the relation makes the guardian a parent (父母)
  /// Only in personStatus: recorded whenever it holds (retirement), so that a person of whom it is
  /// not recorded is known not to have it.
  bool known_if_absent = false;
  /// Only in personStatus: EmploymentRecorded says it as well.
  bool by_employment = false;
  /// Only in findingResult: the finding is not settled by it (部分整改).
  bool partial = false;
};

struct CodeList {
  std::string name;  ///< as the schema's annotation `codes` names it
  std::vector<Code> codes;

  const Code* find(std::string_view code) const;
};

/// A matter that the program can settle in more than one way; a point of a pack says which.
enum class Convention : std::uint8_t {
  age_day,            ///< birthday | day_after_birthday
  natural_month,      ///< trigger_month_counts | trigger_month_not_counted
  full_months,        ///< same_day | next_day | next_month
  fund_year,          ///< year_paid | settlement_year
  headcount,          ///< child_months | year_start | year_end
  reimbursing_unit,   ///< bound_at_year_end | bound_at_payment
  binding_year,       ///< year_of_enrollment | insurance_year
  examination_years,  ///< calendar_years | since_last_examination
  category_date,      ///< enrollment_date | insurance_year_start
};
inline constexpr std::size_t convention_count = 9;

/// "age_day"
std::string_view to_text(Convention convention);
std::optional<Convention> convention_named(std::string_view name);
/// The choices that the program can carry out, the recommended one first.
std::vector<std::string_view> choices_of(Convention convention);

/// An interpretation (解释口径, I-xx) or an open point (未明确事项, O-xx).
struct Point {
  std::string id;
  bool open = false;  ///< the documents are silent; false is a reading of what they say
  Label says;
  std::optional<Convention> convention;  ///< the switch it turns, if it has one
  std::string choice;                    ///< the one taken
  std::vector<std::string> choices;      ///< all, for a reader; empty when there is no choice
  std::string alternative;               ///< open point that holds the other readings, if any
};

/// Whether it can be taken for the point: one that the program can carry out, or of a point without
/// a switch one that the pack lists.
bool has_choice(const Point& point, std::string_view choice);

struct Declarations {
  std::string pack;  ///< "hangzhou-2021"
  std::string version;
  Label title;
  ledger::Area jurisdiction;
  std::vector<Document> documents;
  std::vector<AreaSet> areas;
  std::vector<CodeList> code_lists;
  std::vector<Point> points;

  const Document* document(std::string_view tag) const;
  const AreaSet* area(std::string_view name) const;
  const CodeList* code_list(std::string_view name) const;
  const Point* point(std::string_view id) const;
};

}  // namespace kinledger::projections
