// Totals (合计) of a report: sums of its columns of money and counts, over all rows and for each
// value of a column. They are sums of the rows and nothing else, so that anyone can add them up
// again; cells that are undetermined are counted, not guessed.
//
// Values; any thread.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ledger/money.h"
#include "projections/reports/words.h"

namespace kinledger::projections {

/// A column as a manifest states it.
struct ReportColumn {
  std::string name;
  std::string holds;  ///< as Heading::holds
  Label title;

  bool operator==(const ReportColumn&) const = default;
};

class Totals {
 public:
  /// `summed` and `grouped_by` name columns.
  Totals(std::span<const ReportColumn> columns, std::vector<std::string> summed,
         std::vector<std::string> grouped_by);

  /// One row, as an object of its cells.
  void add(const boost::json::object& row);
  /// A sum left the range of amounts or of whole numbers.
  bool is_too_large() const { return too_large_; }

  const std::vector<std::string>& summed() const { return summed_; }
  const std::vector<std::string>& grouped_by() const { return grouped_by_; }
  /// {"rows", "sums": {column: amount or count}, "undetermined": {column: cells},
  ///  "by": {column: {value: {"rows", "sums", "undetermined"}}}}
  boost::json::object to_json() const;
  /// The columns that such an object sums and groups by; nothing for anything else.
  struct Named {
    std::vector<std::string> summed, grouped_by;
  };
  static std::optional<Named> named_in(const boost::json::value& json);

 private:
  struct Sum {
    bool is_money = false;
    std::int64_t value = 0;
    std::int64_t undetermined = 0;
  };
  struct Group {
    std::int64_t rows = 0;
    std::vector<Sum> sums;  // as summed_
  };

  Group blank() const;
  void add(const boost::json::object& row, Group& group);
  boost::json::object to_json(const Group& group) const;

  std::vector<std::string> summed_;
  std::vector<std::string> grouped_by_;
  std::vector<bool> is_money_;  // as summed_
  Group all_;
  std::vector<std::map<std::string, Group>> groups_;  // as grouped_by_
  bool too_large_ = false;
};

}  // namespace kinledger::projections
