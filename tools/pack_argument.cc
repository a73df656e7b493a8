#include "tools/pack_argument.h"

#include <filesystem>
#include <vector>

#include "ledger/intake/advice.h"
#include "projections/builtin_packs.h"
#include "tools/complaint.h"
#include "tools/text_file.h"

namespace kinledger::tools {
namespace {

using ledger::Reason;

Exit complain_of_name(const std::string& argument, Terminal& terminal) {
  std::vector<std::string_view> names;
  for (const auto& pack : projections::builtin_packs()) names.push_back(pack.name);
  const auto hint = ledger::intake::did_you_mean(argument, names);
  return complain(terminal, Reason("PACK_NOT_FOUND",
                                   "没有这个内置规则包，也没有这个文件" + hint.zh +
                                       "查看内置规则包：kinledger pack list",
                                   "there is no built-in pack and no file of this name" + hint.en +
                                       " All built-in packs: kinledger pack list"));
}

Exit complain_of_faults(const std::string& argument,
                        const std::vector<projections::PackError>& errors, Terminal& terminal) {
  for (const auto& error : errors) {
    std::string line = argument;
    if (error.line != 0)
      line += ":" + std::to_string(error.line) + ":" + std::to_string(error.column);
    line += ": ";
    line += terminal.language() == Language::zh ? error.reason.zh : error.reason.en;
    terminal.complain(line + " [" + error.reason.code + "]");
  }
  return Exit::refused;
}

}  // namespace

Told<NamedPack> read_pack_argument(const std::string& argument, Terminal& terminal) {
  std::string text;
  if (const auto* builtin = projections::find_builtin_pack(argument)) {
    text = builtin->text;
  } else {
    std::error_code ignored;
    if (!std::filesystem::exists(argument, ignored)) return complain_of_name(argument, terminal);
    auto read = read_text_file(argument, projections::pack_bytes_max);
    if (!read) return complain(terminal, read.error());
    text = std::move(*read);
  }
  auto reading = projections::read_pack(text);
  if (!reading.pack) return complain_of_faults(argument, reading.errors, terminal);
  return NamedPack{std::move(text), std::move(*reading.pack)};
}

}  // namespace kinledger::tools
