#include "projections/reports/row_book.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <iterator>
#include <optional>

#include "ledger/json.h"
#include "ledger/result.h"

namespace kinledger::projections {
namespace {

struct IsEmpty {
  bool operator()(const std::string& text) const { return text.empty(); }
  bool operator()(const Label& label) const { return label.zh.empty() && label.en.empty(); }
  bool operator()(const std::vector<Word>& words) const { return words.empty(); }
  bool operator()(const std::vector<ledger::Sequence>& list) const { return list.empty(); }
  template <class Other>
  bool operator()(const Other&) const {
    return false;
  }
};

/// The value, or "none" where it says nothing.
Value tidied(const Value& value) { return std::visit(IsEmpty{}, value.held) ? none() : value; }

Label label_of(const Word& word) {
  return word.label.zh.empty() && word.label.en.empty() ? Label{word.code, word.code} : word.label;
}

/// What a reader sees where the canonical form is not it.
struct CellWords {
  std::optional<Label> operator()(const Word& word) const {
    if (word == std::get<Word>(none().held)) return std::nullopt;
    auto label = label_of(word);
    if (label == Label{word.code, word.code}) return std::nullopt;
    return label;
  }
  std::optional<Label> operator()(const Label& label) const { return label; }
  std::optional<Label> operator()(const Undetermined& value) const {
    Label shown{"未确定", "undetermined"};
    if (!value.open_point.empty()) {
      shown.zh += " " + value.open_point;
      shown.en += " " + value.open_point;
    }
    if (!value.why.zh.empty()) shown.zh += "：" + value.why.zh;
    if (!value.why.en.empty()) shown.en += ": " + value.why.en;
    return shown;
  }
  std::optional<Label> operator()(const std::vector<Word>& words) const {
    Label shown;
    for (const auto& word : words) {
      const auto label = label_of(word);
      shown.zh += (shown.zh.empty() ? "" : "、") + label.zh;
      shown.en += (shown.en.empty() ? "" : ", ") + label.en;
    }
    return shown;
  }
  template <class Other>
  std::optional<Label> operator()(const Other&) const {
    return std::nullopt;
  }
};

}  // namespace

void RowBook::add(const Row& row, std::string key) {
  invariant(row.size() == columns_.size(), "a row has a cell for each column");
  if (++count_ > report_rows_max) return;
  boost::json::object cells;
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto value = tidied(row[i]);
    auto cell = to_json(value, columns_[i]);
    if (auto shown = std::visit(CellWords{}, value.held))
      words_.add(columns_[i].name, ledger::canonical_json(cell), *std::move(shown));
    if (const auto* unit = std::get_if<ledger::UnitId>(&value.held)) units_.insert(*unit);
    cells.emplace(columns_[i].name, std::move(cell));
  }
  rows_.emplace_back(std::move(key), ledger::canonical_json(cells));
}

void RowBook::append(RowBook more) {
  count_ += more.count_;
  std::ranges::move(more.rows_, std::back_inserter(rows_));
  words_.add(std::move(more.words_));
  units_.merge(more.units_);
}

std::vector<std::string> RowBook::take_rows() {
  std::ranges::stable_sort(rows_, {}, &std::pair<std::string, std::string>::first);
  std::vector<std::string> rows;
  rows.reserve(rows_.size());
  for (auto& [key, row] : rows_) rows.push_back(std::move(row));
  rows_.clear();
  count_ = 0;
  return rows;
}

}  // namespace kinledger::projections
