#include "tools/preview.h"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "projections/difference/preview_difference.h"
#include "tools/access_record.h"
#include "tools/asking.h"
#include "tools/complaint.h"

namespace kinledger::tools {

namespace {

using projections::Difference;

Told<Difference> preview(OpenLedger& opened, std::span<const ledger::Preview> previews,
                         const PreviewArguments& arguments, Terminal& terminal) {
  const auto on = read_on(arguments.on, opened, terminal);
  if (!on) return on.error();
  auto& archive = *opened.archive;
  const auto known = archive.ledger().durable().size;
  projections::Arguments asked;
  asked.on = *on;
  if (const auto ended = record_access(opened, access_of("preview", asked, known), terminal))
    return *ended;
  auto difference = projections::preview_difference(archive, previews, known, *on);
  if (!difference) return complain(terminal, difference.error());
  if (!*difference) return complain(terminal, difference->error());
  return std::move(**difference);
}

}  // namespace

void add_preview_parameters(PreviewArguments& arguments, std::vector<Parameter>& parameters) {
  parameters.push_back(flag("--preview",
                            {"只试算，不登记：列出答复、金额和检查结果会有哪些变动",
                             "try, record nothing: what would change in answers, money and checks"},
                            arguments.preview));
  parameters.push_back(on_option(arguments.on));
}

Exit print_preview(OpenLedger& opened, std::span<const ledger::Preview> previews,
                   const PreviewArguments& arguments, bool json, Terminal& terminal) {
  const auto difference = preview(opened, previews, arguments, terminal);
  if (!difference) return difference.error();
  if (json)
    terminal.print_line(boost::json::serialize(projections::to_json(*difference)));
  else
    terminal.print(projections::to_table(*difference, terminal.language()));
  return Exit::done;
}

}  // namespace kinledger::tools
