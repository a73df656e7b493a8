#include <algorithm>
#include <utility>

#include "projections/checks/check.h"
#include "projections/reports/report.h"
#include "projections/reports/topics.h"

namespace kinledger::projections {
namespace {

bool is_offered(const Report& report) {
  return std::ranges::all_of(report.checks,
                             [](std::string_view id) { return find_check(id) != nullptr; });
}

std::vector<Report> offered_reports() {
  std::vector<Report> offered;
  for (auto* topic :
       {unit_reports, person_reports, agent_reports, employer_reports, supervision_reports})
    for (auto& report : topic())
      if (is_offered(report)) offered.push_back(std::move(report));
  return offered;
}

}  // namespace

std::span<const Report> reports() {
  static const std::vector<Report> offered = offered_reports();
  return offered;
}

const Report* find_report(std::string_view name) {
  const auto all = reports();
  const auto at = std::ranges::find(all, name, &Report::name);
  return at == all.end() ? nullptr : &*at;
}

}  // namespace kinledger::projections
