// The shape (形式) of a pack's tables: which keys a table may have, what each key holds, which it
// must have. Packs are checked against it with all faults at once, and the tables of docs/RULES.md
// are generated from the same declarations.
//
// A pack is checked in the form of JSON: TOML text becomes JSON when a pack is read (dates as
// "2021-03-31"), and JSON is what the ledger records.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/refusal.h"
#include "projections/declarations.h"

namespace kinledger::projections {

// Limits of a pack, beside its size in bytes.
inline constexpr std::size_t pack_list_max = 1'000;  ///< elements of a list
inline constexpr std::size_t pack_text_characters_max = 400;
inline constexpr std::size_t pack_name_bytes_max = 64;  ///< ids, codes, names
inline constexpr std::int64_t pack_count_max = 1'200;   ///< months, years, times, ages
inline constexpr std::size_t pack_faults_max = 1'000;   ///< later ones are not collected

enum class Shape : std::uint8_t {
  text,
  name,   ///< letters, digits and "-_.": ids, codes, names of lists
  label,  ///< table zh, en
  date,
  month,  ///< text "2020-12"
  year,
  count,             ///< 1 to pack_count_max
  flag,              ///< true or false
  rank,              ///< 0 to pack_count_max
  age,               ///< completed years, 1 to ledger::age_years_max
  division,          ///< six digits of GB/T 2260, as a number
  area,              ///< name of a declared area set
  code,              ///< code of the list `detail`
  document,          ///< tag of a declared document
  interpretation,    ///< id of a declared interpretation
  open_point,        ///< id of a declared open point
  point,             ///< id of either
  word,              ///< one of the words of `detail`, separated by "|"
  amount,            ///< text in yuan, or a table announced, open_point
  percent,           ///< text such as "70%", up to 1000%, at most two decimals
  start,             ///< table with one of the ways of docs/RULES.md, "start"
  person_condition,  ///< docs/RULES.md, "Conditions"
  unit_condition,
  table,  ///< table with `members`
};

/// A list of one element may be written without its brackets.
enum class Presence : std::uint8_t { required, optional, required_list, optional_list };

struct Member {
  std::string_view key;
  Shape shape{};
  Presence presence{};
  std::string_view zh;  ///< what it means
  std::string_view en;
  std::string_view detail = {};          ///< name of the code list, or the words
  std::span<const Member> members = {};  ///< of a table
};

/// One fault in a pack, at a place like "/rule/3/parameters/paid_to" (RFC 6901).
struct PackFault {
  std::string path;
  ledger::Reason reason;
};

/// Collects the faults of a pack, up to pack_faults_max. Any JSON may be passed.
/// Thread rule: one thread.
class ShapeCheck {
 public:
  /// `declared` holds what names may refer to and must outlive the check.
  explicit ShapeCheck(const Declarations& declared) : declared_(declared) {}

  const Declarations& declared() const { return declared_; }
  const std::vector<PackFault>& faults() const { return faults_; }
  /// Faults found, also those beyond the limit that were not collected.
  std::size_t fault_count() const { return fault_count_; }

  /// The value is a table with these members and no others. Faults: PACK_TYPE, PACK_UNKNOWN_KEY,
  /// PACK_MISSING, PACK_LIST, and those of the members.
  void table(const boost::json::value& value, std::span<const Member> members,
             const std::string& path);
  /// The value is what the member holds. Faults beside those of table(): PACK_TEXT, PACK_NAME,
  /// PACK_DATE, PACK_NUMBER, PACK_AMOUNT, PACK_WORD, PACK_UNDECLARED, PACK_CONTACT_DATA,
  /// PACK_ONE_OF.
  void member(const boost::json::value& value, const Member& member, const std::string& path);
  /// The table has exactly one of the keys, else PACK_ONE_OF.
  void exactly_one(const boost::json::value& value, std::initializer_list<std::string_view> keys,
                   const std::string& path);
  /// Adds a fault of the caller's own. The texts say what is wrong and what to do.
  void fault(const std::string& path, std::string_view code, std::string zh, std::string en);

 private:
  void single(const boost::json::value& value, const Member& member, const std::string& path);
  void start(const boost::json::value& value, const std::string& path);
  void text(const boost::json::value& value, const std::string& path);
  void name(const boost::json::value& value, const std::string& path);
  void calendar(const boost::json::value& value, Shape shape, const std::string& path);
  void whole_number(const boost::json::value& value, std::int64_t least, std::int64_t most,
                    const std::string& path);
  void declared_name(const boost::json::value& value, const Member& member,
                     const std::string& path);
  void word(const boost::json::value& value, std::string_view words, const std::string& path);
  void amount(const boost::json::value& value, const std::string& path);

  const Declarations& declared_;
  std::vector<PackFault> faults_;
  std::size_t fault_count_ = 0;
};

/// "70%" in basis points, 7,000; nothing if it is not such a text.
std::optional<std::int32_t> percent_of(std::string_view text);

/// The key or index as part of a path (RFC 6901 escapes ~ and /).
std::string path_of(const std::string& parent, std::string_view key);
std::string path_of(const std::string& parent, std::size_t index);

/// Rows of a Markdown table: key, what it holds, whether it must be there, meaning. The members of
/// a table follow it as "key.member".
std::string markdown_rows(std::span<const Member> members, std::string_view prefix = {});

}  // namespace kinledger::projections
