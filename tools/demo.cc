// demo: a year of a small unit, told in commands, on a ledger in a temporary directory. The files
// are tools/samples/*; the registration form is made from its rows as the workbook that a clerk
// would hand in.
#include <filesystem>
#include <fstream>

#include "ledger/identity_number.h"
#include "ledger/intake/workbook_writer.h"
#include "ledger/temporary_directory.h"
#include "projections/dossier.h"
#include "tools/commands.h"
#include "tools/complaint.h"
#include "tools/demo_story.h"
#include "tools/open_ledger.h"
#include "tools/samples.h"
#include "tools/subject_arguments.h"

namespace kinledger::tools {
namespace {

using ledger::Error;
using ledger::Failure;
using ledger::Result;

constexpr auto ledger_name = "city";
constexpr auto school_unit = "330199001";
constexpr auto school = "330199002";
constexpr auto child = "@child.txt";

struct DemoOptions {
  bool serve = false;
  std::string listen = "127.0.0.1:8450";
};

/// A directory of its own that is the current one while it lives.
class Stage {
 public:
  static Result<std::unique_ptr<Stage>> set_up() {
    auto directory = ledger::TemporaryDirectory::make("kinledger-demo");
    if (!directory) return directory.error();
    std::error_code error;
    const auto before = std::filesystem::current_path(error);
    if (!error) std::filesystem::current_path(directory->path(), error);
    if (error)
      return Error{Failure::unavailable, directory->path().string() + " cannot be entered"};
    return std::unique_ptr<Stage>(new Stage(std::move(*directory), before));
  }
  ~Stage() {
    std::error_code ignored;
    std::filesystem::current_path(before_, ignored);
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

 private:
  Stage(ledger::TemporaryDirectory directory, std::filesystem::path before)
      : directory_(std::move(directory)), before_(std::move(before)) {}
  const ledger::TemporaryDirectory directory_;
  const std::filesystem::path before_;
};

Result<void> write_file(const std::string& name, std::string_view text) {
  std::ofstream out(name, std::ios::binary);
  out << text;
  out.close();
  if (!out) return Error{Failure::unavailable, name + " cannot be written"};
  return {};
}

/// The form of annex 2 as a clerk fills it in: title, unit, number and date above the rows.
Result<void> write_registration_form(const std::string& rows_file, const std::string& workbook) {
  using ledger::intake::ColumnKind;
  auto writer = ledger::intake::WorkbookWriter::create(workbook);
  if (!writer) return writer.error();
  ledger::intake::TemplateSheet sheet;
  sheet.name = "登记表";
  sheet.title_lines = {"杭州市机关事业单位职工子女登记表（少儿医保）",
                       "申请单位（盖章）：示例市属小学（已盖章）   单位编号：" +
                           std::string(school) + "   2021年 6月 8日"};
  auto source = ledger::intake::open_rows(rows_file);
  if (!source) return Error{Failure::unavailable, source.error().en};
  ledger::intake::Row row;
  std::uint64_t number = sheet.title_lines.size();
  while ((*source)->next(row) == ledger::Parsed<bool>(true)) {
    row.number = ++number;
    if (!sheet.columns.empty()) {
      if (const auto written = (*writer)->write_row(row); !written) return written.error();
      continue;
    }
    for (const auto& cell : row.cells)
      sheet.columns.push_back({cell.text, 22, ColumnKind::text, {}});
    if (const auto added = (*writer)->add_template(sheet); !added) return added.error();
  }
  return (*writer)->finish();
}

Result<void> write_samples() {
  for (const auto& sample : samples())
    if (const auto written = write_file(std::string(sample.name), sample.text); !written)
      return written.error();
  return write_registration_form("registration-form.csv", "registration-form.xlsx");
}

/// The ledger as it is, and the child whose story is told.
struct Scene {
  OpenLedger opened;
  ledger::PersonId child;
};

Told<Scene> look_at_ledger(const DemoStory& story, Terminal& terminal) {
  Terminal quiet(terminal, story.environment());
  auto opened = open_ledger({ledger_name, ""}, quiet);
  if (!opened) return opened.error();
  const auto person = find_person(child, *opened, quiet);
  if (!person) return person.error();
  return Scene{std::move(*opened), *person};
}

/// The correction of the child's payment, naming the event that it replaces.
Told<void> write_correction(const DemoStory& story, Terminal& terminal) {
  const auto scene = look_at_ledger(story, terminal);
  if (!scene) return scene.error();
  auto& archive = *scene->opened.archive;
  const auto view = archive.view(archive.ledger().durable().size);
  if (!view) return complain(terminal, view.error());
  const auto payments = view->knowledge->person(scene->child).of(ledger::EventType::premium_paid);
  invariant(payments.size() == 1);
  const auto written = write_file(
      "correction.ndjson",
      R"({"key":"correction/2021/1","events":[{"type":"PremiumPaid","validOn":"2021-03-30","person":")" +
          ledger::to_text(scene->child) +
          R"(","scheme":"children","insuranceYear":2021,"amount":"250.00","channel":"alipay",)"
          R"("correction":{"replaces":)" +
          std::to_string(payments.front().sequence.value) +
          R"(,"cause":"wrongDate","authority":"taxAuthority"}}]})"
          "\n");
  if (!written) return complain(terminal, written.error());
  return {};
}

bool open_the_books(DemoStory& story) {
  story.day("2021-01-11");
  story.tell(
      {"建账并采用杭州市 2021 年规则包。来源名以 .invalid 结尾，是模拟账本：时间由"
       "$KINLEDGER_NOW 给出。",
       "A new ledger adopts the rules of Hangzhou for 2021. Its origin ends in .invalid: a\n"
       "simulation, whose time $KINLEDGER_NOW gives."});
  if (!story.command(
          {"init", ledger_name, "--origin", "hangzhou.demo.invalid", "--pack", "hangzhou-2021"}))
    return false;
  story.tell(
      {"单位经办人领取模板，然后导入单位、人员、原子女统筹名单和转换名单。",
       "The unit's clerk fetches a template; then units, persons, the legacy pooling's members"
       "\nand their conversion are imported."});
  return story.command({"template", "premiums", "--out", "premiums-template.xlsx", "--ledger",
                        ledger_name}) &&
         story.command({"import", ledger_name, "units.csv", "persons.csv", "statuses.csv",
                        "kinship.csv", "employment.csv", "legacy-members.csv", "conversions.csv"});
}

bool take_in_premiums(DemoStory& story) {
  story.day("2021-04-08");
  story.tell(
      {"保费名单有几处错误：整份不登记，错误按行列出，另存一份标出错误的工作簿。",
       "The list of premiums has faults: nothing of it is recorded, every fault is told by its"
       "\nrow, and a copy with the faults marked is written."});
  if (!story.command(
          {"import", ledger_name, "premiums-draft.csv", "--annotate", "premiums-marked.xlsx"},
          Exit::refused))
    return false;
  story.tell({"改正后全部登记；同样的内容再次导入不会重复登记。",
              "Put right, it is recorded whole. The same content again changes nothing."});
  return story.command({"import", ledger_name, "premiums.csv"}) &&
         story.command({"import", ledger_name, "premiums.csv"});
}

bool tell_what_changed(DemoStory& story) {
  story.tell({"这一更正改变了哪些答复，由哪条记录引起：",
              "Whose answers the correction changed, and by which record:"});
  return story.command({"diff", ledger_name, "--from", "2021-05-19", "--on", "2021-12-31"},
                       Exit::something_to_see);
}

bool correct_a_date(DemoStory& story, Terminal& terminal) {
  story.day("2021-05-06");
  story.tell(
      {"一名子女按名单 4 月 2 日缴费：4 月 1 日（含）之后缴费须等待满 6 个月。",
       "By the list, one child's premium was paid on 2 April: from 1 April on, benefits wait "
       "six\nmonths."});
  if (!story.command({"status", ledger_name, child, "--on", "2021-05-06"})) return false;
  story.day("2021-05-20");
  story.tell({"税务机关更正：实际缴费日为 3 月 30 日。更正是新的记录，原记录仍在。",
              "The tax authority corrects the date: paid on 30 March. A correction is a further "
              "event;\nwhat it replaces is kept."});
  if (!write_correction(story, terminal)) return false;
  if (!story.command({"import", ledger_name, "correction.ndjson"})) return false;
  story.tell({"同一业务日期，按更正后和更正前所知的答复：",
              "The same date, as known after the correction and before it:"});
  return story.command({"status", ledger_name, child, "--on", "2021-05-06", "--explain"}) &&
         story.command(
             {"status", ledger_name, child, "--on", "2021-05-06", "--known", "2021-05-19"}) &&
         tell_what_changed(story);
}

bool register_new_children(DemoStory& story) {
  story.day("2021-06-08");
  story.tell(
      {"另一单位交来职工子女登记表（附件 2），其中的人员随表登记。",
       "Another unit hands in the registration form of annex 2, which introduces its people."});
  return story.command({"import", ledger_name, "registration-form.xlsx"}) &&
         story.command({"roster", ledger_name, school, "--on", "2021-06-08"});
}

bool settle_the_year(DemoStory& story) {
  story.day("2022-02-15");
  story.tell(
      {"次年报销：10 名子女、每人每月 160 元，原渠道筹资 19,200 元；报销 15,000 元。",
       "The year after: ten children at 160 yuan a month give a channel of 19,200; 15,000 are\n"
       "reimbursed."});
  return story.command({"import", ledger_name, "channel-funds.csv", "annual-settlements.csv",
                        "reimbursements.csv"}) &&
         story.command({"balance", ledger_name, school_unit, "--year", "2021"});
}

bool look_for_what_is_wrong(DemoStory& story) {
  story.tell({"审计人员运行整改检查：疑点逐条列明规则、依据记录和确定性。",
              "An auditor runs the checks: each irregularity with its rule, its records and how\n"
              "certain it is."});
  if (!story.command({"check", ledger_name, "--on", "2022-02-15", "--summary"},
                     Exit::something_to_see))
    return false;
  story.tell({"经办人员导出原子女统筹人员去向表，并与账本核对。",
              "The operator exports where the legacy members went, and compares it with the "
              "ledger."});
  return story.command({"report", ledger_name, "migration", "--on", "2022-02-15", "--out",
                        "migration.xlsx"}) &&
         story.command({"verify", "migration.xlsx", "--ledger", ledger_name});
}

bool hand_out_proofs(DemoStory& story) {
  story.tell(
      {"答复连同证据交给他人：所用的记录、规则，以及没有遗漏任何记录的证明。校验只需这个文件：",
       "An answer is handed out with its proof: the events and rules that it rests on, and\n"
       "that none of the child's events was left out. Verifying takes nothing but the file:"});
  return story.command({"status", ledger_name, child, "--on", "2021-06-30", "--prove", "--out",
                        "child.bundle"}) &&
         story.command({"verify", "child.bundle"});
}

bool look_back(DemoStory& story) {
  story.tell({"一名子女的全部记录，更正标出所替代的记录：",
              "Everything recorded of the child; the correction names what it replaced:"});
  if (!story.command({"history", ledger_name, child})) return false;
  story.tell({"最后逐条校验整个账本：", "At last the whole ledger is verified, event by event:"});
  return story.command({"verify", ledger_name});
}

/// Goes on into the server, with addresses to try.
bool hand_over_to_server(DemoStory& story, const DemoOptions& options, Terminal& terminal) {
  std::string id;
  {
    const auto scene = look_at_ledger(story, terminal);
    if (!scene) return false;
    id = ledger::to_text(scene->child);
  }
  story.tell({"账本现由服务提供，直到 Ctrl-C。可在浏览器或用 curl 打开：",
              "The ledger is now served, until Ctrl-C. To try with a browser or curl:"});
  for (const auto& target : {"/v1/persons/" + id + "/status?on=2021-05-06",
                             "/v1/persons/" + id + "/status?on=2021-05-06&known=2021-05-19",
                             "/v1/persons/" + id + "/history",
                             "/v1/units/" + std::string(school_unit) + "/balance?year=2021",
                             "/v1/units/" + std::string(school) + "/roster?on=2021-06-08",
                             std::string("/v1/checks?on=2022-02-15&summary=true"),
                             std::string("/v1/rules?on=2021-05-06"), std::string("/checkpoint"),
                             std::string("/openapi.json")})
    terminal.print_line("  http://" + options.listen + target);
  return story.command({"serve", ledger_name, "--listen", options.listen});
}

Exit run(const DemoOptions& options, const Run& run_words, Terminal& terminal) {
  if (options.listen.ends_with(":0"))
    return complain_of_usage(terminal, {"--listen 须写明端口，才能列出可打开的地址",
                                        "--listen needs a port, for the addresses to be listed"});
  const auto stage = Stage::set_up();
  if (!stage) return complain(terminal, stage.error());
  if (const auto written = write_samples(); !written) return complain(terminal, written.error());
  DemoStory story(run_words, terminal);
  const bool told = open_the_books(story) && take_in_premiums(story) &&
                    correct_a_date(story, terminal) && register_new_children(story) &&
                    settle_the_year(story) && look_for_what_is_wrong(story) &&
                    hand_out_proofs(story) && look_back(story) &&
                    (!options.serve || hand_over_to_server(story, options, terminal));
  if (told) return Exit::done;
  terminal.complain(
      std::string("kinledger: ") +
      std::string(terminal.say({"演示没有按预期进行", "the demo did not go as planned"})));
  return story.exit() == Exit::done ? Exit::unavailable : story.exit();
}

}  // namespace

Command demo_command(const Run& run_words) {
  auto options = std::make_shared<DemoOptions>();
  Command command;
  command.name = "demo";
  command.says = {"在临时目录中演示全过程", "show all of it on a sample in a temporary directory"};
  command.details = {
      "使用随程序附带的虚构样例，结束后删除临时目录。有 --serve "
      "时最后在本机地址上提供服务，并列出\n"
      "可打开的地址，直到 Ctrl-C。",
      "On made-up samples that come with the program; the directory is removed in the end. With\n"
      "--serve it goes on into the server, on a loopback address and with addresses to try, until\n"
      "Ctrl-C."};
  command.examples = {"kinledger demo", "kinledger demo --lang zh", "kinledger demo --serve"};
  command.parameters.push_back(
      flag("--serve", {"演示之后继续提供服务", "go on into the server"}, options->serve));
  command.parameters.push_back(option("--listen", "HOST:PORT",
                                      {"与 --serve 同用：监听的本机地址；默认 127.0.0.1:8450",
                                       "with --serve: loopback address to listen on; by default "
                                       "127.0.0.1:8450"},
                                      options->listen));
  command.run = [options, run_words](Terminal& terminal) {
    return run(*options, run_words, terminal);
  };
  return command;
}

}  // namespace kinledger::tools
