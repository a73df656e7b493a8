// One field of an event, from the way its author writes it to the value that the event keeps. By
// FieldKind (ledger/catalogue.h) and for both kinds of author:
//
//   kind              data (JSON)            table (cells, loosely, outer spaces dropped)
//   date              "2021-03-31"           also 2021/3/31, 2021.3.31, 20210331, 2021年3月31日
//   month             "2020-12"              also 2020/12, 2020.12, 202012, 2020年12月
//   year              2021                   2021, 2021年, 2021年度
//   money             "250.00"               also ¥1,920.00, 1920元
//   count             10                     10
//   area              "330106"               330106
//   enumeration       "guardian"             监护人 or guardian; yes and no: 是 否 yes no √ ×
//   enumeration_list  ["a", "b"]             the same, separated by 、 ， , ； ;
//   digest_list       ["sha256:…"]           the same, separated like enumerants
//   text              at most text_characters_max characters; a code as it is, in tables also by
//                     its label
//
// Whether a code belongs to its list is asked later, of the adopted packs (Vocabulary).
// Pure functions but for Reading::code_of; any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ledger/calendar.h"
#include "ledger/catalogue.h"
#include "ledger/event.h"
#include "ledger/refusal.h"
#include "ledger/submission.h"

namespace kinledger::ledger::intake {

inline constexpr std::size_t text_characters_max = 200;
inline constexpr std::size_t unit_number_characters_max = 64;
inline constexpr std::size_t document_number_characters_max = 64;
/// A ledger has at most so many events.
inline constexpr std::uint64_t sequence_max = std::uint64_t{1} << 40;

enum class Writing {
  data,   ///< JSON: exact forms
  table,  ///< spreadsheets: the forms that people type
};

/// The code of a list for the label that people know it by (少儿医保), or nothing. Labels are
/// declared by policy packs, which the ledger does not read: the caller knows them.
using CodeOfLabel =
    std::function<std::optional<std::string>(std::string_view code_list, std::string_view label)>;

struct Reading {
  Writing writing = Writing::data;
  Date today;           ///< nobody is born later
  CodeOfLabel code_of;  ///< for tables; empty: codes are written as they are
};

/// False for what only the ledger itself records: the family "ledger", and the rules of packs.
bool may_be_submitted(const TypeInfo& type);
/// False for the fields that the ledger itself fills in: those without a Chinese term, digests and
/// counters.
bool may_be_submitted(const FieldInfo& field);

/// Sets a field of the kinds date .. enumeration_list (in `data` but year and count) or text.
/// Nothing means done. Refused: what calendar.h, money.h and text.h refuse, and
///   YEAR_FORMAT, YEAR_RANGE, COUNT_FORMAT, AREA_FORMAT
///   ENUMERATION_UNKNOWN   with the names that there are
///   LIST_ENTRY_TWICE      an enumerant twice in one list
///   DIGEST_FORMAT         not sha256: and 64 hexadecimal digits
///   LIST_TOO_LONG         more than digests_max
///   TEXT_EMPTY            text without characters: it is left out instead
///   TEXT_LOOKS_LIKE_ID    ledger/intake/advice.h
///   USCC_*                a creditCode that is none (ledger/identity_number.h)
/// Precondition: may_be_submitted(field).
std::optional<Reason> set_field(EventDraft& draft, const FieldInfo& field, std::string_view text,
                                const Reading& reading);
/// Sets a year or a count given as an integer. Refused: YEAR_RANGE, COUNT_RANGE.
std::optional<Reason> set_field(EventDraft& draft, const FieldInfo& field, std::int64_t number);

/// A list of enumerants, each as parse_enumerant reads it, or of digests. Refused: also
/// LIST_ENTRY_TWICE.
std::optional<Reason> set_list_field(EventDraft& draft, const FieldInfo& field,
                                     std::span<const std::string_view> names, Writing writing);

/// The number of an enumerant; never that of `unspecified`. Refused: ENUMERATION_UNKNOWN.
Parsed<std::uint16_t> parse_enumerant(std::span<const Enumerant> enumerants, std::string_view text,
                                      Writing writing);

inline constexpr std::size_t digests_max = 32;  ///< of one list
/// "sha256:" with the digits of the digest, as lists of digests have it.
std::string digest_text(ByteView digest);

/// 单位编号: printable ASCII. Refused: as accept_code, TEXT_LOOKS_LIKE_ID.
Parsed<std::string> parse_unit_number(std::string_view text);

/// The sequence of an event, or in `data` also "#2". Refused: FACT_FORMAT.
Parsed<FactReference> parse_fact(std::string_view text, Writing writing);

/// The number of an order or notice (文号): printable ASCII without spaces, Chinese brackets, 第
/// and 号; so that it can hold no name. Refused: DOCUMENT_NUMBER_CHARACTERS, TEXT_TOO_LONG,
/// TEXT_LOOKS_LIKE_ID.
Parsed<std::string> parse_document_number(std::string_view text);

/// True for the enumeration of yes and no.
bool is_yes_no(std::span<const Enumerant> enumerants);

/// Six digits of GB/T 2260, the first not 0. Refused: AREA_FORMAT.
Parsed<Area> parse_area(std::string_view text);

}  // namespace kinledger::ledger::intake
