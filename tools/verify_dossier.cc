#include "tools/verify_dossier.h"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <set>
#include <vector>

#include "ledger/event.h"
#include "ledger/json.h"
#include "projections/bundle.h"
#include "projections/checks/check.h"
#include "tools/verify_file.h"

namespace kinledger::tools {
namespace {

using projections::Bundle;
using projections::Subject;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size() - 1) + 1;
    lines.push_back(text.substr(from, end - from));
    from = end;
  }
  return lines;
}

/// Whom a bundle is about; the region where it names nobody.
Subject subject_of(const Bundle& bundle) {
  if (bundle.arguments.person) return Subject::of(*bundle.arguments.person);
  if (bundle.arguments.unit) return Subject::of(*bundle.arguments.unit);
  return Subject::region();
}

/// What the bundles about the finding say of it. Each is judged again by itself; here only what
/// must be beside them is read.
struct ToldByBundle {
  std::string check;  ///< "none" where it names none
  std::string unit;   ///< that it is about; likewise
  std::string opened_on;
  std::uint64_t opened = 0;
  std::set<std::string> facts;  ///< that its steps put right
};

/// Nothing where the answer is not about one finding.
std::optional<ToldByBundle> told_by(const Bundle& bundle) {
  boost::system::error_code error;
  const auto parsed = boost::json::parse(bundle.answer, error);
  const auto find = [](const boost::json::value* value, std::string_view name) {
    const auto* object = value == nullptr ? nullptr : value->if_object();
    return object == nullptr ? nullptr : object->if_contains(name);
  };
  const auto text = [&](const boost::json::value* value, std::string_view name) {
    const auto* found = find(value, name);
    const auto* string = found == nullptr ? nullptr : found->if_string();
    return string == nullptr ? std::string() : std::string(*string);
  };
  const auto rows = [&](std::string_view name) {
    const auto* found = error ? nullptr : find(find(&parsed, "answer"), name);
    return found == nullptr ? nullptr : found->if_array();
  };
  const auto* findings = rows("findings");
  const auto* steps = rows("steps");
  if (findings == nullptr || findings->size() != 1 || steps == nullptr) return std::nullopt;
  const auto& finding = findings->front();
  const auto opened = ledger::whole_number(find(&finding, "record"));
  if (!opened) return std::nullopt;
  ToldByBundle told{
      text(&finding, "check"), text(&finding, "unit"), text(&finding, "openedOn"), *opened, {}};
  for (const auto& step : *steps)
    if (auto fact = text(&step, "fact"); fact != "none") told.facts.insert(std::move(fact));
  return told;
}

enum class DossierRole : std::uint8_t { finding, before, history, now, none };

/// A dossier as the parts that it should have; see projections/checks/finding_dossier.h.
class Parts {
 public:
  explicit Parts(std::vector<Bundle> bundles) : bundles_(std::move(bundles)) {}

  /// The role of each part, or nothing where these are not the parts of a dossier.
  std::optional<std::vector<DossierRole>> roles() {
    if (!read_findings()) return std::nullopt;
    std::vector<DossierRole> roles;
    for (const auto& bundle : bundles_) roles.push_back(role_of(bundle));
    const bool is_whole = std::ranges::find(roles, DossierRole::none) == roles.end() &&
                          std::ranges::is_sorted(roles) && is_each_once() && has_checks(roles) &&
                          has_facts();
    return is_whole ? std::optional(std::move(roles)) : std::nullopt;
  }

 private:
  const Bundle& first() const { return bundles_.front(); }

  bool read_findings() {
    const auto number = first().arguments.text("finding");
    if (first().question != "findings" || number.empty()) return false;
    for (const auto& bundle : bundles_) {
      if (bundle.question != "findings") continue;
      auto told = told_by(bundle);
      if (!told || bundle.arguments.text("finding") != number) return false;
      if (&bundle == &first()) {
        // One that names no unit begins with the region's, not with that of a unit that took steps.
        const auto& unit = bundle.arguments.unit;
        if (told->unit != (unit ? ledger::to_text(*unit) : "none")) return false;
        told_ = std::move(*told);
        continue;
      }
      // The same finding, as a unit took steps for it.
      if (told->opened != told_.opened || first().arguments.unit) return false;
      told_.facts.merge(told->facts);
    }
    return true;
  }

  DossierRole role_of(const Bundle& bundle) const {
    const bool is_now =
        bundle.basis.size == first().basis.size && bundle.arguments.on == first().arguments.on;
    if (bundle.question == "findings") return is_now ? DossierRole::finding : DossierRole::none;
    if (bundle.question == "history") return is_now ? DossierRole::history : DossierRole::none;
    if (bundle.question != told_.check) return DossierRole::none;
    const bool is_before = bundle.basis.size.value == told_.opened &&
                           ledger::to_text(bundle.arguments.on) == told_.opened_on;
    return is_before ? DossierRole::before : is_now ? DossierRole::now : DossierRole::none;
  }

  bool is_each_once() const {
    std::set<std::tuple<std::string, Subject, std::uint64_t>> seen;
    return std::ranges::all_of(bundles_, [&](const Bundle& bundle) {
      return seen.insert({bundle.question, subject_of(bundle), bundle.basis.size.value}).second;
    });
  }

  /// Those that the check is about, before and now: the unit, else whom the histories are of.
  bool has_checks(const std::vector<DossierRole>& roles) const {
    const auto* check = projections::find_check(told_.check);
    std::set<Subject> asked, before, now;
    if (check != nullptr && first().arguments.unit) asked.insert(subject_of(first()));
    for (std::size_t i = 0; i < roles.size(); ++i) {
      const auto subject = subject_of(bundles_[i]);
      if (roles[i] == DossierRole::before) before.insert(subject);
      if (roles[i] == DossierRole::now) now.insert(subject);
      if (roles[i] == DossierRole::history && check != nullptr && !first().arguments.unit &&
          check->looks_at(subject.kind))
        asked.insert(subject);
    }
    return before == asked && now == asked;
  }

  /// Every fact that was put right is among the records of a history. Those of the region, which
  /// name nobody, are in every bundle.
  bool has_facts() const {
    auto lacking = told_.facts;
    for (const auto& bundle : bundles_)
      for (const auto& held : bundle.events) {
        const auto event = ledger::EventView::read(held.bytes);
        if (!event) continue;
        const bool names_nobody =
            event->persons().empty() && event->units().empty() && !event->has_correction();
        if (names_nobody || bundle.question == "history")
          lacking.erase(to_text(event->envelope().fact));
      }
    return lacking.empty();
  }

  const std::vector<Bundle> bundles_;
  ToldByBundle told_;
};

/// Nothing where one of the lines is no bundle.
std::optional<std::vector<Bundle>> bundles_of(const std::vector<std::string>& lines) {
  std::vector<Bundle> bundles;
  for (const auto& line : lines) {
    auto bundle = projections::read_bundle(line);
    if (!bundle) return std::nullopt;
    bundles.push_back(std::move(*bundle));
  }
  return bundles;
}

/// Nothing signed says which units took steps for a finding that names none.
bool may_lack_units(const Bundle& first) {
  return first.question == "findings" && !first.arguments.text("finding").empty() &&
         !first.arguments.unit;
}

Exit tell_verified(bool without_units, Terminal& terminal) {
  if (without_units)
    terminal.complain(std::string(
        terminal.say({"此问题未写明单位：有哪些单位采取了措施，文件无从证明，可能缺少各单位的部分",
                      "the finding names no unit: nothing proves which units took steps, so parts "
                      "of units may be missing"})));
  return Exit::done;
}

Label name_of(DossierRole role) {
  switch (role) {
    case DossierRole::finding:
      return {"审计问题", "the finding"};
    case DossierRole::before:
      return {"立项时的检查结果", "its check when it was opened"};
    case DossierRole::history:
      return {"更正所涉的全部记录", "every record of whom something was put right of"};
    case DossierRole::now:
    case DossierRole::none:
      return {"现在的检查结果", "its check now"};
  }
  return {};
}

Label name_of_part(std::size_t number, std::size_t count, DossierRole role) {
  const auto at = std::to_string(number), all = std::to_string(count);
  const auto name = name_of(role);
  return {"卷宗 " + at + "/" + all + "：" + name.zh, "part " + at + " of " + all + ": " + name.en};
}

}  // namespace

Exit verify_bundles(const std::string& text, const BundleToVerify& request, Terminal& terminal) {
  const auto lines = lines_of(text);
  auto bundles = bundles_of(lines);
  const bool without_units = bundles && may_lack_units(bundles->front());
  if (lines.size() == 1) {
    const auto ended = verify_bundle(text, request, terminal);
    return ended == Exit::done ? tell_verified(without_units, terminal) : ended;
  }
  const auto roles = bundles ? Parts(std::move(*bundles)).roles() : std::nullopt;
  if (!roles)
    return tell_not_verified(
        {"DOSSIER_PARTS",
         "卷宗的各证据包依次应为：审计问题、立项时的检查结果、更正所涉的全部记录、现在的检查结果；"
         "此文件缺少其中的部分，或次序不符",
         "a dossier is bundles in this order: the finding, its check when it was opened, every "
         "record of whom something was put right of, its check now; this file lacks a part, or has "
         "them in another order"},
        request.json, terminal);
  Exit worst = Exit::done;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (!request.json)
      terminal.print_line(terminal.say(name_of_part(i + 1, lines.size(), (*roles)[i])));
    worst = std::max(worst, verify_bundle(lines[i], request, terminal));
  }
  return worst == Exit::done ? tell_verified(without_units, terminal) : worst;
}

}  // namespace kinledger::tools
