// init: a new ledger with its keys and the packs it adopts. Nothing is made before the packs have
// been read without a fault.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <optional>

#include "ledger/intake/fields.h"
#include "ledger/paths.h"
#include "projections/archive.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/open_ledger.h"
#include "tools/pack_argument.h"
#include "tools/receipt.h"

namespace kinledger::tools {
namespace {

using ledger::Area;
using ledger::Error;
using ledger::Failure;

struct InitOptions {
  LedgerArguments ledger;
  std::string origin;
  std::string jurisdiction;
  std::vector<std::string> packs;
  bool sm2 = false;
  bool json = false;
};

std::string state_directory(const InitOptions& options) {
  return ledger::Paths(options.ledger.directory, options.ledger.state).state.string();
}

Told<Area> jurisdiction_of(const InitOptions& options, const std::vector<NamedPack>& packs,
                           Terminal& terminal) {
  if (options.jurisdiction.empty()) {
    if (!packs.empty()) return packs.front().pack.declarations.jurisdiction;
    return complain_of_usage(
        terminal, {"没有规则包时须用 --jurisdiction 给出统筹地区代码（GB/T 2260，六位）",
                   "without a pack, --jurisdiction must give the pooling region (six digits of "
                   "GB/T 2260)"});
  }
  const auto area = ledger::intake::parse_area(options.jurisdiction);
  if (!area) return complain(terminal, area.error());
  return *area;
}

Told<std::vector<NamedPack>> read_packs(const InitOptions& options, Terminal& terminal) {
  std::vector<NamedPack> packs;
  for (const auto& name : options.packs) {
    auto pack = read_pack_argument(name, terminal);
    if (!pack) return pack.error();
    packs.push_back(std::move(*pack));
  }
  return packs;
}

void print(const InitOptions& options, projections::Archive& archive,
           const std::vector<NamedPack>& packs, const std::vector<ledger::Receipt>& receipts,
           Terminal& terminal) {
  const auto& identity = archive.ledger().identity();
  const auto head = archive.ledger().durable();
  if (options.json) {
    boost::json::array adopted;
    for (std::size_t i = 0; i < packs.size(); ++i) {
      auto receipt = to_json(receipts[i], archive.ledger(), terminal);
      receipt["pack"] = packs[i].pack.declarations.pack;
      receipt["rules"] = packs[i].pack.rules.size();
      adopted.push_back(std::move(receipt));
    }
    terminal.print_line(boost::json::serialize(
        boost::json::object{{"ledger", options.ledger.directory},
                            {"state", state_directory(options)},
                            {"id", ledger::to_text(identity.id)},
                            {"origin", identity.origin},
                            {"jurisdiction", std::to_string(identity.jurisdiction.code)},
                            {"simulated", identity.simulated},
                            {"sm2", options.sm2},
                            {"packs", std::move(adopted)},
                            {"treeSize", head.size.value},
                            {"root", ledger::to_text(head.root)}}));
    return;
  }
  terminal.print_line(
      terminal.say({"新账本：" + options.ledger.directory + "，来源名 " + identity.origin,
                    "new ledger " + options.ledger.directory + ", origin " + identity.origin}));
  for (const auto& pack : packs) {
    const auto& declared = pack.pack.declarations;
    const auto rules = std::to_string(pack.pack.rules.size());
    terminal.print_line(terminal.say(
        {"已采用规则包 " + declared.pack + "（" + declared.title.zh + "），规则 " + rules + " 条",
         "adopted pack " + declared.pack + " (" + declared.title.en + "), " + rules + " rules"}));
  }
  const auto state = state_directory(options);
  terminal.print_line(terminal.say(
      {"密钥和水位：" + state + "，请与账本分开存放和备份",
       "keys and mark: " + state + "; keep it apart from the ledger, with backups of its own"}));
  if (options.sm2)
    terminal.print_line(terminal.say(
        {"检查点同时有 SM2 签名；公钥：kinledger checkpoint " + options.ledger.directory + " --key",
         "checkpoints are signed with SM2 too; public keys: kinledger checkpoint " +
             options.ledger.directory + " --key"}));
  terminal.print_line(to_words(head, terminal.language()));
}

Exit run(const InitOptions& options, Terminal& terminal) {
  const auto packs = read_packs(options, terminal);
  if (!packs) return packs.error();
  const auto jurisdiction = jurisdiction_of(options, *packs, terminal);
  if (!jurisdiction) return jurisdiction.error();
  const auto clock = clock_of(terminal);
  if (!clock) return clock.error();
  if (!terminal.environment().now.empty() && !ledger::is_simulated_origin(options.origin))
    return complain(terminal, Error{Failure::invalid,
                                    "KINLEDGER_NOW is set, but only ledgers whose origin ends in "
                                    ".invalid have a simulated clock: unset it"});
  ledger::SystemRandom random;
  ledger::LedgerOptions where;
  where.directory = options.ledger.directory;
  where.state = options.ledger.state;
  where.clock = *clock;
  const auto archive = projections::Archive::create(where, options.origin, *jurisdiction, random);
  if (!archive) return complain(terminal, archive.error());
  if (options.sm2)
    if (const auto added = (*archive)->ledger().add_sm2_key(); !added)
      return complain(terminal, added.error());
  std::vector<ledger::Receipt> receipts;
  for (std::size_t i = 0; i < packs->size(); ++i) {
    const auto outcome = (*archive)->adopt((*packs)[i].text);
    if (!outcome) return complain(terminal, outcome.error());
    if (!outcome->receipt)
      return complain(terminal, options.packs[i], outcome->refusals, outcome->refusals.size());
    receipts.push_back(*outcome->receipt);
  }
  print(options, **archive, *packs, receipts, terminal);
  return Exit::done;
}

}  // namespace

Command init_command() {
  auto options = std::make_shared<InitOptions>();
  Command command;
  command.name = "init";
  command.says = {"建立新账本、密钥，并采用规则包", "make a ledger with its keys, and adopt packs"};
  command.details = {
      "来源名是账本在答复中的名字，此后不变。以 .invalid 结尾的来源名用于模拟：\n"
      "只有这样的账本可以由 $KINLEDGER_NOW 指定时间。",
      "The origin names the ledger in its answers and never changes. One that ends in .invalid\n"
      "is a simulation: only such a ledger may take its time from $KINLEDGER_NOW."};
  command.examples = {"kinledger init city --origin kinledger.example/330100 --pack hangzhou-2021"};
  command.parameters = ledger_parameters(options->ledger);
  command.parameters.front().from_environment = false;  // a new one is named, never meant
  command.parameters.front().says = {"新账本的目录", "directory of the new ledger"};
  auto origin = option("--origin", "NAME",
                       {"来源名，如 kinledger.example/330100",
                        "name of the ledger, such as kinledger.example/330100"},
                       options->origin);
  origin.required = true;
  command.parameters.push_back(std::move(origin));
  command.parameters.push_back(
      option("--jurisdiction", "CODE",
             {"统筹地区代码，六位；默认取自第一个规则包",
              "pooling region, six digits of GB/T 2260; by default that of the first pack"},
             options->jurisdiction));
  command.parameters.push_back({"--pack",
                                "NAME|FILE",
                                {"要采用的规则包，可多次给出；内置的见 kinledger pack list",
                                 "pack to adopt, may be given several times; see pack list"},
                                &options->packs});
  command.parameters.back().offer = Parameter::Offer::files;
  command.parameters.push_back(flag("--sm2",
                                    {"另生成 SM2 密钥，检查点同时有 SM2 签名",
                                     "also make an SM2 key, so that checkpoints are signed twice"},
                                    options->sm2));
  command.parameters.push_back(json_flag(options->json));
  command.run = [options](Terminal& terminal) { return run(*options, terminal); };
  return command;
}

}  // namespace kinledger::tools
