// The event catalogue (事件目录): which types of event there are and which fields each has, read by
// reflection from ledger/schema/event.capnp. JSON, templates, the codec and `kinledger schema` all
// work from this one description.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "ledger/event_names.h"

namespace kinledger::ledger {

/// What a field holds, and so how it is written in a submission.
enum class FieldKind : std::uint8_t {
  date,              ///< "2021-03-31"
  month,             ///< "2020-12"
  year,              ///< 2021
  money,             ///< "250.00", yuan as a decimal string, never negative
  count,             ///< 10
  number,            ///< unsigned integer of the ledger's own types
  area,              ///< "330106", six digits of GB/T 2260
  enumeration,       ///< "guardian", a name of `enumerants`
  enumeration_list,  ///< ["unitSeal", "childName"]
  person,            ///< {"idType", "idNumber"} or the 32 digits of a pseudonym
  unit,              ///< {"unitNumber"} or the 32 digits of a UnitId
  fact,              ///< sequence of the event that recorded it, or "#2": second of this submission
  text,              ///< text or, with `code_list`, a code
  text_list,
  data,         ///< bytes in hexadecimal
  digest_list,  ///< ["sha256:…"], 64 hexadecimal digits each
};

struct Enumerant {
  std::string_view name;  ///< camelCase
  std::string_view zh;
};

/// For which kind of subject a field gives the year of effect (生效年度).
enum class EffectFor : std::uint8_t { none, person, unit, both };

struct FieldInfo {
  Field id{};
  std::string_view name;  ///< camelCase, as in JSON
  std::string_view zh;    ///< may be empty for the ledger's own fields
  FieldKind kind{};
  bool required = false;
  EffectFor effect_for = EffectFor::none;
  std::string_view code_list;             ///< empty unless the text is a code
  std::span<const Enumerant> enumerants;  ///< by number, for the enumeration kinds
  // Where the codec finds it: offset in the data section in bytes, or pointer index.
  std::uint32_t slot = 0;
  std::uint8_t width_bytes = 0;    ///< 1, 2, 4 or 8; 0 for pointer kinds
  std::uint64_t default_bits = 0;  ///< stored bits are value XOR default
};

struct TypeInfo {
  EventType id{};
  std::string_view name;    ///< UpperCamel, as in JSON: "PremiumPaid"
  std::string_view zh;      ///< 缴纳保费
  std::string_view family;  ///< "payment"
  std::vector<FieldInfo> fields;

  /// Null when the type has no such field.
  const FieldInfo* find(Field field) const;
  const FieldInfo* find(std::string_view name) const;
};

/// All types in the order of their numbers. Built once at first use, constant afterwards.
std::span<const TypeInfo> catalogue();
const TypeInfo& type_info(EventType type);
/// Null when there is no type of that name.
const TypeInfo* find_type(std::string_view name);
std::string_view name_of(Field field);

/// Enumerants of the two enumerations of a correction, by number.
std::span<const Enumerant> correction_causes();
std::span<const Enumerant> correction_authorities();

}  // namespace kinledger::ledger
