// What a reader of a report sees (用语) in the place of a code, a unit id or an undetermined value.
// The words are part of the manifest, so that the rows of a file can be turned back into their
// canonical form (projections/reports/row_book.h) without a ledger.
//
// Values; any thread.
#pragma once

#include <boost/json/fwd.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "projections/declarations.h"

namespace kinledger::projections {

class Words {
 public:
  /// The value of a column in canonical JSON, and how it is shown.
  void add(std::string_view column, std::string canonical, const Label& shown);
  void add(Words&& more);
  /// Makes what is shown unlike for unlike values of a column, in both languages. To be called once
  /// all are there; the same words settle the same way, in whatever order they came.
  void settle();

  /// Null where the value is shown as it is.
  const Label* shown(std::string_view column, std::string_view canonical) const;
  /// The value that is shown so, in either language; null where there is none. Settled words only.
  const std::string* value(std::string_view column, std::string_view shown) const;

  /// {"state": [{"value", "zh", "en"}]}, columns and values in the order of their bytes.
  boost::json::object to_json() const;
  /// Settled words that to_json() wrote; nothing for anything else.
  static std::optional<Words> read(const boost::json::value& json);

  bool operator==(const Words& other) const { return columns_ == other.columns_; }

 private:
  using Texts = std::map<std::string, Label, std::less<>>;

  void index();

  std::map<std::string, Texts, std::less<>> columns_;
  std::map<std::string, std::map<std::string, std::string, std::less<>>, std::less<>> values_;
};

}  // namespace kinledger::projections
