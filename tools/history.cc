// history: every event that ever named a person or a unit, in the order in which it was recorded,
// what was corrected or voided since, and the digests that prove it.
#include "projections/history.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "ledger/json.h"
#include "server/target.h"
#include "tools/access_record.h"
#include "tools/asking.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/event_words.h"
#include "tools/subject_arguments.h"
#include "tools/table.h"

namespace kinledger::tools {
namespace {

using projections::HistoryEntry;

struct HistoryOptions {
  LedgerArguments ledger;
  RemoteArguments remote;
  std::string subject;
  std::string known;
  bool json = false;
};

/// What the event replaced, and what replaced it.
std::string remarks_of(const HistoryEntry& entry, Terminal& terminal) {
  auto text = correction_words(entry.json, *entry.type, terminal.language());
  if (const auto& by = entry.json.at("replacedBy"); !by.is_null()) {
    const auto sequence = boost::json::serialize(by);
    text += (text.empty() ? "" : "; ") +
            std::string(terminal.say({"已被 " + sequence + " 替代", "replaced by " + sequence}));
  }
  return text;
}

std::string short_digest(const boost::json::value& digest) {
  return digest.is_null() ? std::string()
                          : std::string(digest.get_string().c_str()).substr(0, shown_digits) + "…";
}

std::vector<std::string> row_of(const HistoryEntry& entry, Terminal& terminal) {
  const auto text = [&](std::string_view name) {
    const auto* value = entry.json.if_contains(name);
    return value == nullptr ? std::string() : std::string(value->get_string().c_str());
  };
  return {boost::json::serialize(entry.json.at("sequence")),
          text("recordedAt"),
          text("validOn"),
          type_words(*entry.type, terminal.language()),
          remarks_of(entry, terminal),
          short_digest(entry.json.at("leafHash")),
          short_digest(entry.json.at("sourceDigest")),
          body_words(entry.json, *entry.type, terminal.language())};
}

std::vector<std::string> history_headings(Language language) {
  if (language == Language::zh)
    return {"序号", "登记时间", "业务日期", "类型", "更正", "叶摘要", "来源摘要", "内容"};
  return {"sequence",    "recorded at", "valid on", "type",
          "corrections", "leaf",        "source",   "content"};
}

/// The path of the subject's history. What may be an ID number is never put into an address.
Told<std::string> path_of(const HistoryOptions& options, Remote& remote, Terminal& terminal) {
  const auto text = read_person_argument(options.subject, terminal);
  if (!text) return text.error();
  const auto today = ledger::civil_date_of(ledger::system_clock_now());
  ledger::PersonId id;
  if (!projections::names_document(*text, today) && !ledger::from_hex(*text, id.bytes))
    return "/v1/units/" + server::encode_component(*text) + "/history";
  const auto person = remote.person(*text);
  if (!person) return person.error();
  return "/v1/persons/" + *person + "/history";
}

/// The server's pages, one after the other.
Exit run_far(const HistoryOptions& options, Terminal& terminal) {
  constexpr std::uint64_t page_entries = 10'000;
  auto remote = Remote::of(options.remote, terminal);
  if (!remote) return remote.error();
  const auto path = path_of(options, *remote, terminal);
  if (!path) return path.error();
  Table table(history_headings(terminal.language()));
  std::uint64_t from = 0;
  for (std::uint64_t count = page_entries; count == page_entries;) {
    const auto page =
        remote->get_lines(*path + query_of({{"known", options.known},
                                            {"from", std::to_string(from)},
                                            {"limit", std::to_string(page_entries)}}));
    if (!page) return page.error();
    count = page->size();
    for (const auto& line : *page) {
      const auto* name = line.if_contains("type");
      const auto* type = name == nullptr || !name->is_string()
                             ? nullptr
                             : ledger::find_type(name->get_string().c_str());
      const auto sequence = ledger::whole_number(line.if_contains("sequence"));
      if (type == nullptr || !sequence) return remote->complain_of_answer();
      const HistoryEntry entry{{*sequence}, line, type};
      from = entry.sequence.value + 1;
      if (options.json)
        terminal.print_line(boost::json::serialize(line));
      else
        table.add(row_of(entry, terminal));
    }
  }
  if (!options.json) terminal.print(table.to_text());
  return Exit::done;
}

Exit run(const HistoryOptions& options, Terminal& terminal) {
  if (options.remote.is_given()) return run_far(options, terminal);
  auto opened = open_ledger_to_read(options.ledger, terminal);
  if (!opened) return opened.error();
  const auto known = read_known(options.known, *opened, terminal);
  if (!known) return known.error();
  const auto subject = find_subject(options.subject, *opened, terminal);
  if (!subject) return subject.error();
  if (const auto ended = record_access(*opened, access_of("history", *subject, *known), terminal))
    return *ended;
  Table table(history_headings(terminal.language()));
  const auto read = projections::read_history(
      *opened->archive, *subject, *known, {0}, [&](const HistoryEntry& entry) {
        if (options.json)
          terminal.print_line(boost::json::serialize(entry.json));
        else
          table.add(row_of(entry, terminal));
        return true;
      });
  if (!read) return complain(terminal, read.error());
  if (!options.json) terminal.print(table.to_text());
  return Exit::done;
}

}  // namespace

Command history_command() {
  auto options = std::make_shared<HistoryOptions>();
  Command command;
  command.name = "history";
  command.says = {"按登记顺序列出某人或某单位的全部记录",
                  "every event of a person or unit in the order of recording"};
  command.details = {
      "更正和作废都标出所替代的记录；被替代的记录仍在。叶摘要可在检查点中证明，\n"
      "来源摘要是来源文件的密钥摘要。",
      "Corrections and voids name what they replaced, and what was replaced is still there. The\n"
      "leaf is the event's hash in the Merkle tree, the source a keyed digest of the file it came\n"
      "from."};
  command.examples = {"kinledger history city @number.txt",
                      "kinledger history city 330199001 --known 2021-12-31 --json"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.push_back(
      word("SUBJECT", {"人员（写法同 status）或单位", "a person, written as in status, or a unit"},
           options->subject));
  command.parameters.push_back(known_option(options->known));
  command.parameters.push_back(json_flag(options->json));
  add_remote_parameters(options->remote, command.parameters);
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
