#include <algorithm>
#include <set>
#include <utility>

#include "ledger/text.h"
#include "projections/scenario/expectations.h"
#include "projections/scenario/lines.h"
#include "projections/scenario/scenario.h"
#include "projections/scenario/submitted_line.h"

namespace kinledger::projections {
namespace {

using ledger::Date;
using ledger::FieldKind;
using ledger::Reason;
using LineWords = std::vector<std::string>;

Reason wrong_line(std::string zh, std::string en) {
  return {"SCENARIO_LINE", std::move(zh), std::move(en)};
}

/// Reads one line after the other. Not reused.
class Parser {
 public:
  ScenarioFile parse(std::string_view text) {
    if (text.size() > scenario_file_bytes_max) {
      refuse({"SCENARIO_SIZE", "文件超过 4 MiB 的上限，请拆分", "the file is larger than 4 MiB"});
      return std::move(file_);
    }
    while (!text.empty() && file_.errors.size() < scenario_errors_max) {
      const auto end = text.find('\n');
      auto line = text.substr(0, end);
      if (line.ends_with('\r')) line.remove_suffix(1);
      text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
      ++line_;
      read_line(line);
    }
    return std::move(file_);
  }

 private:
  void refuse(Reason reason) { file_.errors.push_back({line_, std::move(reason)}); }

  void read_line(std::string_view line) {
    if (line.size() > scenario_line_bytes_max) {
      return refuse({"SCENARIO_LINE_TOO_LONG", "本行过长，请拆分", "the line is too long"});
    }
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    const auto accepted = ledger::accept_text(line, scenario_line_bytes_max);
    if (!accepted) return refuse(accepted.error());
    const auto text = without_comment(line);
    if (text.empty()) return;
    if (text.starts_with("scenario:")) return begin_scenario(ledger::trimmed(text.substr(9)));
    if (text.starts_with("pack:")) return read_pack_line(ledger::trimmed(text.substr(5)));
    if (scenarios().empty()) {
      return refuse(wrong_line("请先写 scenario: 标题", "write \"scenario: TITLE\" first"));
    }
    const auto words = words_of(text);
    if (!words) return refuse(words.error());
    if (words->front() == "ask") return read_ask(*words);
    if (const auto date = ledger::parse_date(words->front())) return read_dated(*date, *words);
    read_expectation(text);
  }

  std::vector<Scenario>& scenarios() { return file_.scenarios; }

  void begin_scenario(std::string_view title) {
    if (scenarios().size() == scenarios_max) {
      return refuse({"SCENARIO_TOO_MANY", "一个文件最多2000个情景", "at most 2,000 scenarios"});
    }
    if (title.empty()) return refuse(wrong_line("请写明标题", "give the scenario a title"));
    scenarios().push_back(
        {.line = line_, .title = std::string(title), .packs = packs_, .steps = {}});
    people_.clear();
    units_.clear();
    labels_.clear();
    last_recorded_on_.reset();
  }

  void read_pack_line(std::string_view name) {
    if (name.empty()) return refuse(wrong_line("请写规则包名称", "name the pack"));
    if (scenarios().empty()) {
      packs_.emplace_back(name);
    } else if (scenarios().back().steps.empty()) {
      scenarios().back().packs.emplace_back(name);
    } else {
      refuse(wrong_line("pack: 须写在第一步之前；之后请写“日期 adopt 名称”",
                        "\"pack:\" stands before the first step; later write \"DATE adopt NAME\""));
    }
  }

  bool is_full() {
    if (scenarios().back().steps.size() < scenario_steps_max) return false;
    refuse({"SCENARIO_TOO_MANY", "一个情景最多10000步", "at most 10,000 steps in a scenario"});
    return true;
  }

  void read_dated(Date date, const LineWords& words) {
    if (is_full()) return;
    if (last_recorded_on_ && date < *last_recorded_on_) {
      return refuse({"SCENARIO_DATE", "登记日期早于上一行，请按登记先后排列",
                     "recorded before the line above: put the lines in the order of recording"});
    }
    last_recorded_on_ = date;
    if (words.size() < 2) {
      return refuse(wrong_line("日期之后请写事件类型", "write an event type after the date"));
    }
    if (words[1] == "adopt") {
      if (words.size() != 3) return refuse(wrong_line("请写 adopt 名称", "write \"adopt NAME\""));
      scenarios().back().steps.push_back(AdoptStep{line_, date, words[2]});
      return;
    }
    FactStep step;
    step.line = line_;
    step.recorded_on = date;
    std::size_t next = 1;
    const bool is_void = words[1] == "void";
    if (is_void || words[1] == "correct") {
      if (words.size() < (is_void ? 3u : 4u)) {
        return refuse(wrong_line("请写 void 标签 或 correct 标签 事件类型",
                                 "write \"void LABEL\" or \"correct LABEL TYPE\""));
      }
      step.corrects = words[2];
      if (!labels_.contains(step.corrects)) return refuse(unknown_label());
      next = 3;
    }
    const std::string type = is_void ? "EventVoided" : words[next++];
    step.type = ledger::find_type(type);
    if (step.type == nullptr) {
      return refuse({"SCENARIO_TYPE", "没有这种事件类型，见 kinledger schema",
                     "no event type of that name: see \"kinledger schema\""});
    }
    read_fact(words, next, std::move(step));
  }

  void read_fact(const LineWords& words, std::size_t next, FactStep step) {
    for (; next < words.size(); ++next) {
      const bool has_more = next + 1 < words.size();
      if (words[next] == "as" && has_more) {
        step.label = words[++next];
        if (!labels_.insert(step.label).second) {
          return refuse({"SCENARIO_LABEL", "标签已使用", "the label is used already"});
        }
      } else if (words[next] == "refused" && has_more) {
        step.refused = words[++next];
      } else if (auto setting = setting_of(words[next])) {
        if (!is_field(*step.type, setting->first)) return refuse(unknown_field(setting->first));
        step.settings.push_back(std::move(*setting));
      } else {
        step.names.push_back(words[next]);
      }
    }
    introduce(step);
    if (!check_names(step)) return;
    scenarios().back().steps.emplace_back(std::move(step));
  }

  static bool is_field(const ledger::TypeInfo& type, std::string_view name) {
    return name == "validOn" || name == "cause" || name == "authority" ||
           name == "authorityDocument" || type.find(name) != nullptr;
  }

  /// Registrations introduce the name that they mention first.
  void introduce(const FactStep& step) {
    const auto name = introduced_name(step);
    if (name.empty()) return;
    const bool is_person = step.type->id == ledger::EventType::person_registered;
    (is_person ? people_ : units_).insert(name);
    if (people_.size() > scenario_persons_max) {
      refuse({"SCENARIO_TOO_MANY", "一个情景最多999人", "at most 999 persons in a scenario"});
    }
  }

  bool is_introduced(const std::string& name) const {
    return people_.contains(name) || units_.contains(name);
  }

  static bool is_subject(const Question& question, std::string_view name) {
    const auto* argument = question.find_argument(name);
    return argument != nullptr &&
           (argument->kind == Argument::Kind::person || argument->kind == Argument::Kind::unit);
  }

  bool check_names(const FactStep& step) {
    for (const auto& name : step.names) {
      if (!is_introduced(name)) return refuse(unknown_name(name)), false;
    }
    for (const auto& [name, value] : step.settings) {
      const auto* field = step.type->find(name);
      if (field == nullptr) continue;
      const bool is_subject = field->kind == FieldKind::person || field->kind == FieldKind::unit;
      if (is_subject && !is_introduced(value)) return refuse(unknown_name(value)), false;
      const bool is_label = field->kind == FieldKind::fact;
      if (is_label && !labels_.contains(value)) return refuse(unknown_label()), false;
    }
    return true;
  }

  void read_ask(const LineWords& words) {
    if (is_full()) return;
    AskStep step;
    step.line = line_;
    if (words.size() > 1) step.question = find_question(words[1]);
    if (step.question == nullptr) {
      return refuse({"SCENARIO_QUESTION", "没有这个查询，见 kinledger ask --list",
                     "no question of that name: see \"kinledger ask --list\""});
    }
    bool has_date = false;
    for (std::size_t next = 2; next < words.size(); ++next) {
      const bool has_more = next + 1 < words.size();
      if (words[next] == "on" && has_more) {
        const auto on = ledger::parse_date(words[++next]);
        if (!on) return refuse(on.error());
        step.on = *on;
        has_date = true;
      } else if (words[next] == "known" && has_more) {
        step.known = words[++next];
      } else if (words[next] == "refused" && has_more) {
        step.refused = words[++next];
      } else if (auto setting = setting_of(words[next])) {
        if (!is_subject(*step.question, setting->first)) {
          step.settings.push_back(std::move(*setting));
        } else if (is_introduced(setting->second)) {
          step.names.push_back(std::move(setting->second));  // "unit=NAME" says the same as "NAME"
        } else {
          return refuse(unknown_name(setting->second));
        }
      } else if (is_introduced(words[next])) {
        step.names.push_back(words[next]);
      } else {
        return refuse(unknown_name(words[next]));
      }
    }
    if (!has_date) {
      return refuse(wrong_line("请写 on 日期", "write \"on DATE\", the date of the question"));
    }
    scenarios().back().steps.emplace_back(std::move(step));
  }

  void read_expectation(std::string_view text) {
    auto& steps = scenarios().back().steps;
    auto* ask = steps.empty() ? nullptr : std::get_if<AskStep>(&steps.back());
    const auto equals = text.find('=');
    if (ask == nullptr || equals == std::string_view::npos) {
      return refuse(wrong_line(
          "应为“日期 事件”、“ask 查询”，或查询之下的“字段 = 值”",
          "expected \"DATE EVENT\", \"ask QUESTION\", or below a question \"FIELD = VALUE\""));
    }
    const auto path = ledger::trimmed(text.substr(0, equals));
    const auto value = ledger::trimmed(text.substr(equals + 1));
    if (auto fault = fault_of_path(*ask->question, path)) return refuse(*std::move(fault));
    ask->expectations.push_back({line_, std::string(path), std::string(value)});
  }

  static Reason unknown_name(const std::string& name) {
    return {"SCENARIO_NAME", "“" + name + "”未在上文登记（PersonRegistered、UnitRecorded）",
            "\"" + name + "\" is introduced by no PersonRegistered or UnitRecorded above"};
  }
  static Reason unknown_label() {
    return {"SCENARIO_LABEL", "上文没有这个标签（as 标签）",
            "no line above has that label (\"as LABEL\")"};
  }
  static Reason unknown_field(const std::string& name) {
    return {"SCENARIO_FIELD", "没有字段 " + name, "no field " + name};
  }

  ScenarioFile file_;
  std::vector<std::string> packs_;  ///< of every scenario that follows
  std::uint32_t line_ = 0;
  std::set<std::string> people_;
  std::set<std::string> units_;
  std::set<std::string> labels_;
  std::optional<Date> last_recorded_on_;
};

}  // namespace

ScenarioFile parse_scenarios(std::string_view text) { return Parser().parse(text); }

}  // namespace kinledger::projections
