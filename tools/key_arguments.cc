#include "tools/key_arguments.h"

#include "ledger/log_lines.h"
#include "tools/complaint.h"
#include "tools/text_file.h"

namespace kinledger::tools {
namespace {

using ledger::LogKey;

constexpr std::size_t key_file_bytes_max = 64 * 1024;

Exit complain_of_key(Terminal& terminal) {
  return complain_of_usage(
      terminal,
      {"--key 应为 kinledger checkpoint LEDGER --key 输出的公钥，或存有公钥的 @文件",
       "--key takes a public key as kinledger checkpoint LEDGER --key prints it, or @FILE "
       "with such keys"});
}

}  // namespace

Told<std::vector<LogKey>> read_keys(const std::vector<std::string>& arguments, Terminal& terminal) {
  std::vector<LogKey> keys;
  for (const auto& argument : arguments) {
    auto text = argument + "\n";
    if (argument.starts_with('@')) {
      auto read = read_text_file(argument.substr(1), key_file_bytes_max);
      if (!read) return complain(terminal, read.error());
      text = std::move(*read);
    }
    std::string_view rest = text;
    while (const auto line = ledger::take_line(rest)) {
      auto key = ledger::read_log_key(*line);
      if (!key) return complain_of_key(terminal);
      keys.push_back(std::move(*key));
    }
    if (!rest.empty()) return complain_of_key(terminal);
  }
  return keys;
}

Parameter keys_option(std::vector<std::string>& into) {
  Parameter parameter{"--key",
                      "KEY|@FILE",
                      {"账本的公钥（checkpoint --key）或公钥文件；可多次给出，均须已签名",
                       "public key of the ledger (checkpoint --key), or a file of them; may be "
                       "given several times, all must have signed"},
                      &into};
  parameter.offer = Parameter::Offer::files;
  return parameter;
}

void note_stated_key(const ledger::NoteVerifier& stated, Terminal& terminal) {
  terminal.complain(std::string(terminal.say(
      {"警告：没有给出 --key，所用公钥只由文件自己写明，文件是谁制作的并未证实；请与账本公布的公钥"
       "核对：" +
           stated.to_text(),
       "warning: without --key the key is the one that the file itself states, which does not show "
       "who made the file; compare it with the one that the ledger's operator has published: " +
           stated.to_text()})));
}

}  // namespace kinledger::tools
