#include "projections/reports/report_format.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "projections/questions/question_format.h"

namespace kinledger::projections {
namespace {

std::string listed(const std::vector<std::string_view>& names) {
  std::string text;
  for (const auto name : names) text += (text.empty() ? "`" : ", `") + std::string(name) + "`";
  return text;
}

boost::json::array json_of(const std::vector<std::string_view>& names) {
  boost::json::array array;
  for (const auto name : names) array.emplace_back(name);
  return array;
}

}  // namespace

boost::json::object to_json(const Report& report) {
  auto object = question_json(report.asks);
  object.erase("id");
  object.erase("fields");
  object["version"] = report.version;
  object["columns"] = headings_json(report.columns);
  object["summed"] = json_of(report.summed);
  object["groupedBy"] = json_of(report.grouped_by);
  return object;
}

std::string reports_markdown() {
  std::string out;
  for (const auto& report : reports()) {
    out += "## `" + std::string(report.name()) + "` " + std::string(report.asks.zh) + "\n\n" +
           std::string(report.asks.en) + ". Version " + std::to_string(report.version) + ".";
    if (!report.asks.arguments.empty()) out += '\n';
    for (const auto& argument : report.asks.arguments)
      out += "\n- `--" + std::string(argument.name) + "`" +
             (argument.required ? ", needed: " : ": ") + std::string(argument.en) + " (" +
             std::string(argument.zh) + ")";
    out += "\n\n" + headings_markdown(report.columns);
    if (!report.summed.empty()) out += "\nSums: " + listed(report.summed) + ".\n";
    if (!report.grouped_by.empty()) out += "\nTotals by: " + listed(report.grouped_by) + ".\n";
    out += '\n';
  }
  while (out.ends_with("\n\n")) out.pop_back();
  return out;
}

}  // namespace kinledger::projections
