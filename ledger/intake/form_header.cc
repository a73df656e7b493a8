#include "ledger/intake/form_header.h"

#include <algorithm>
#include <map>
#include <span>
#include <utility>

#include "ledger/intake/advice.h"
#include "ledger/intake/form_names.h"
#include "ledger/intake/workbook_writer.h"
#include "ledger/result.h"

namespace kinledger::ledger::intake {
namespace {

/// Forms named in one refusal.
constexpr std::size_t forms_told_max = 8;
/// So many headings must agree before a form is taken for meant.
constexpr std::size_t headings_agreeing_min = 2;

/// How a row reads as the header of one form.
struct Fit {
  const Form* form = nullptr;
  std::uint64_t row = 0;
  std::size_t matched = 0;
  /// Of these, the ones that say more than who and when.
  std::size_t telling = 0;
  std::vector<std::size_t> places;  ///< of the form's columns
  std::vector<const FormColumn*> missing;
  std::vector<std::size_t> twice;    ///< columns of the table
  std::vector<std::size_t> surplus;  ///< columns of the table
};

std::vector<std::string> normalised(const Row& row) {
  std::vector<std::string> out;
  for (const Cell& cell : row.cells) out.push_back(normalised_heading(cell.text));
  return out;
}

bool is_passed_over(const std::string& heading) {
  static const std::string errors = normalised_heading(errors_heading);
  return heading.empty() || heading == errors;
}

/// Places the headings of a row into the columns of a form. Not reused.
class Placing {
 public:
  Placing(const Form& form, std::span<const std::string> headings)
      : form_(form), headings_(headings) {}

  Fit place() {
    fit_.form = &form_;
    fit_.places.assign(form_.columns.size(), no_column);
    const Field* person = nullptr;
    for (std::size_t i = 0; i < headings_.size(); ++i) {
      if (is_passed_over(headings_[i])) continue;
      person = place_one(i, person);
    }
    for (std::size_t c = 0; c < form_.columns.size(); ++c) {
      if (form_.columns[c].required && fit_.places[c] == no_column) {
        fit_.missing.push_back(&form_.columns[c]);
      }
    }
    return std::move(fit_);
  }

 private:
  /// Answers the person whose column stands last.
  const Field* place_one(std::size_t at, const Field* person) {
    std::size_t chosen = no_column;
    bool is_known = false;
    for (std::size_t c = 0; c < form_.columns.size(); ++c) {
      const FormColumn& column = form_.columns[c];
      if (std::ranges::find(column.headings, headings_[at]) == column.headings.end()) continue;
      is_known = true;
      if (fit_.places[c] != no_column) continue;
      const bool same_person =
          person != nullptr && column.field != nullptr && column.field->id == *person;
      if (chosen == no_column || same_person) chosen = c;
      if (same_person) break;
    }
    if (chosen == no_column) {
      (is_known ? fit_.twice : fit_.surplus).push_back(at);
      return person;
    }
    fit_.places[chosen] = at;
    ++fit_.matched;
    const FormColumn& column = form_.columns[chosen];
    const bool is_own_date = column.part == Part::valid_on && headings_[at] != "日期" &&
                             headings_[at] != "date" && headings_[at] != "业务日期";
    fit_.telling += is_own_date || column.part == Part::value || column.part == Part::fact;
    const bool says_person =
        column.part == Part::id_number || column.part == Part::id_type || column.part == Part::name;
    return says_person ? &column.field->id : person;
  }

  const Form& form_;
  std::span<const std::string> headings_;
  Fit fit_;
};

std::string title_of(const Form& form) { return form.zh + "（" + form.name + "）"; }

template <class Items, class Text>
std::string list(const Items& items, Text text, std::string_view separator) {
  std::string out;
  for (const auto& item : items) out.append(out.empty() ? "" : separator).append(text(item));
  return out;
}

Reason format_unknown(const Fit& closest) {
  Reason reason{
      "FORMAT_UNKNOWN",
      "前 30 行中没有可识别的表头。请检查工作表是否选对，或用 kinledger template 取得模板。",
      "None of the first 30 rows is a header that is known. Check whether it is the right "
      "sheet, or get a template with `kinledger template`."};
  if (closest.matched == 0) return reason;
  const auto zh = [](const FormColumn* column) { return column->zh; };
  const auto en = [](const FormColumn* column) { return column->en; };
  reason.zh +=
      "最接近的是" + title_of(*closest.form) + "，缺少：" + list(closest.missing, zh, "、") + "。";
  reason.en += " The closest is " + closest.form->name +
               ", which lacks: " + list(closest.missing, en, ", ") + ".";
  return reason;
}

Reason format_ambiguous(std::span<const Fit> fits) {
  const auto told = fits.first(std::min(fits.size(), forms_told_max));
  const auto zh = [](const Fit& fit) { return title_of(*fit.form); };
  const auto en = [](const Fit& fit) { return fit.form->name; };
  return {"FORMAT_AMBIGUOUS",
          "表头符合多种格式：" + list(told, zh, "、") +
              "。请用 --format 指定格式，或使用模板中的表头。",
          "The header fits several forms: " + list(told, en, ", ") +
              ". Choose one with --format, or use the headings of its template."};
}

Reason column_missing(const FormColumn& column, const Form& form) {
  return {
      "COLUMN_MISSING",
      "缺少“" + column.heading() + "”一列（格式：" + title_of(form) + "）。请补上该列。",
      "The column \"" + column.heading() + "\" of the form " + form.name + " is missing. Add it."};
}

Reason column_twice() {
  return {"COLUMN_TWICE", "有两列表头含义相同，无法确定以哪一列为准。请删除或改名其中一列。",
          "Two columns have the same meaning. Remove or rename one of them."};
}

bool titles_name(const Form& form, std::span<const Row> above, std::string_view sheet) {
  const std::string in_brackets = normalised_heading("(" + form.name + ")");
  const std::string zh = normalised_heading(form.zh);
  const std::string type = normalised_heading(type_info(form.type).zh);
  const auto names = [&](std::string_view written) {
    const std::string title = normalised_heading(written);
    return title.find(in_brackets) != title.npos || title.find(zh) != title.npos ||
           title.find(type) != title.npos;
  };
  if (names(sheet)) return true;
  return std::ranges::any_of(above, [&](const Row& row) {
    return std::ranges::any_of(row.cells, [&](const Cell& cell) { return names(cell.text); });
  });
}

FormHeader header_of(const Fit& fit, const Row& row) {
  FormHeader header{fit.form, row.number, fit.places, {}, fit.surplus};
  std::map<std::string, std::size_t> seen;
  for (const Cell& cell : row.cells) {
    header.headings.push_back(shown_name(cell.text));
    ++seen[header.headings.back()];
  }
  for (std::size_t i = 0; i < header.headings.size(); ++i) {
    std::string& heading = header.headings[i];
    if (heading.empty()) {
      heading = column_letters(i);
    } else if (seen[heading] > 1) {
      heading += " (" + column_letters(i) + ")";
    }
  }
  return header;
}

/// Looks at one row after the other for a header. Not reused.
class Search {
 public:
  Search(const Form* only, std::string_view sheet)
      : candidates_(only != nullptr ? std::span(only, 1) : forms()), sheet_(sheet) {}

  /// True when the row decides the matter, one way or the other.
  bool look_at(const Row& row) {
    const auto headings = normalised(row);
    std::vector<Fit> best;
    for (const Form& form : candidates_) {
      if (!is_offered(form)) continue;
      Fit fit = Placing(form, headings).place();
      fit.row = row.number;
      // A name, a number and a date are in every list: with columns beside them that the form does
      // not know, it is another list.
      const bool is_told = fit.surplus.empty() || fit.telling > 0 || candidates_.size() == 1;
      if (fit.missing.empty() && fit.matched > 0 && is_told) {
        if (!best.empty() && fit.matched > best.front().matched) best.clear();
        if (best.empty() || fit.matched == best.front().matched) best.push_back(std::move(fit));
      } else {
        note_near(std::move(fit));
      }
    }
    if (best.empty()) {
      recognition_.above.push_back(row);
      return false;
    }
    choose(best, row);
    return true;
  }

  Recognition take() {
    if (!recognition_.header && recognition_.refusals.empty()) refuse_near();
    return std::move(recognition_);
  }

 private:
  /// Lists that have no name of their own are rare, and many of them look alike: they are
  /// recognised only by a title, as their templates have it.
  bool is_offered(const Form& form) const {
    return candidates_.size() == 1 || form.has_block || named_form(form.type) != nullptr ||
           titles_name(form, recognition_.above, sheet_);
  }

  void note_near(Fit fit) {
    // How much it has less how much it lacks; of two equal ones the first counts.
    const auto worth = [](const Fit& f) {
      return 2 * static_cast<std::ptrdiff_t>(f.matched) -
             static_cast<std::ptrdiff_t>(f.missing.size() + f.surplus.size());
    };
    if (fit.matched == 0 || fit.missing.empty()) return;
    if (near_.matched > 0 && worth(fit) < worth(near_)) return;
    if (near_.matched > 0 && worth(fit) == worth(near_)) {
      near_is_alone_ = false;
      return;
    }
    near_ = std::move(fit);
    near_is_alone_ = true;
  }

  void choose(std::vector<Fit>& best, const Row& row) {
    const auto is_named = [&](const Fit& fit) {
      return titles_name(*fit.form, recognition_.above, sheet_);
    };
    if (best.size() > 1 && std::ranges::any_of(best, is_named)) {
      std::erase_if(best, [&](const Fit& fit) { return !is_named(fit); });
    }
    if (best.size() > 1) {
      recognition_.refusals.push_back({row.number, "", format_ambiguous(best)});
      return;
    }
    FormHeader header = header_of(best.front(), row);
    for (const std::size_t column : best.front().twice) {
      recognition_.refusals.push_back({row.number, header.headings[column], column_twice()});
    }
    if (recognition_.refusals.empty()) recognition_.header = std::move(header);
  }

  void refuse_near() {
    const bool is_meant = near_.matched > near_.missing.size() &&
                          near_.matched >= headings_agreeing_min && near_is_alone_;
    const bool is_forced = candidates_.size() == 1 && near_.matched > 0;
    if (!is_meant && !is_forced) {
      recognition_.refusals.push_back({0, "", format_unknown(near_)});
      return;
    }
    for (const FormColumn* column : near_.missing) {
      recognition_.refusals.push_back(
          {near_.row, column->zh, column_missing(*column, *near_.form)});
    }
  }

  std::span<const Form> candidates_;
  std::string_view sheet_;
  Fit near_;
  bool near_is_alone_ = false;
  Recognition recognition_;
};

}  // namespace

std::string column_letters(std::size_t column) {
  std::string letters;
  for (++column; column > 0; column /= 26) {
    --column;
    letters.insert(letters.begin(), static_cast<char>('A' + column % 26));
  }
  return letters;
}

std::string FormHeader::heading_of(std::string_view field) const {
  const auto dot = field.find('.');
  const bool is_person_name = field.ends_with(".name");
  const auto whole = field.starts_with("correction") ? field : field.substr(0, dot);
  const FormColumn* best = nullptr;
  std::size_t place = no_column;
  for (std::size_t c = 0; c < places.size(); ++c) {
    const FormColumn& column = form->columns[c];
    if (places[c] == no_column || column.field_name() != whole) continue;
    // A person has three columns; the number stands for the person.
    const bool fits = is_person_name ? column.part == Part::name
                                     : column.part != Part::name && column.part != Part::id_type;
    if (best != nullptr && !fits) continue;
    best = &column;
    place = places[c];
  }
  return best != nullptr ? headings[place] : std::string(field);
}

Recognition recognise(RowSource& rows, const Form* form) {
  Search search(form, rows.sheet_name());
  Row row;
  for (std::size_t looked_at = 0; looked_at < header_rows_max; ++looked_at) {
    const auto more = rows.next(row);
    if (more.has_error()) {
      Recognition refused;
      refused.refusals.push_back({row.number, "", more.error()});
      return refused;
    }
    if (!*more || search.look_at(row)) break;
  }
  return search.take();
}

}  // namespace kinledger::ledger::intake
