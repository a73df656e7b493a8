// The command line itself: help, languages, mistakes, exits, streams.
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

constexpr const char* all_commands[] = {"init",     "template",   "import", "submit",  "status",
                                        "balance",  "roster",     "ask",    "rules",   "history",
                                        "verify",   "rebuild",    "schema", "demo",    "completion",
                                        "scenario", "checkpoint", "prove",  "witness", "tail",
                                        "check",    "diff",       "settle", "finding", "report"};

TEST(CommandLine, AlonePrintsTheHelpWithEveryCommand) {
  const Shell shell;
  const auto ran = shell.run({});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_TRUE(ran.err.empty()) << ran.err;
  for (const auto* command : all_commands)
    EXPECT_TRUE(holds(ran.out, "\n  " + std::string(command) + " ")) << command;
}

TEST(CommandLine, HelpOfEveryCommandHasAnExample) {
  const Shell shell;
  for (const auto* command : all_commands) {
    const auto ran = shell.run({command, "--help"});
    EXPECT_EQ(ran.exit, 0) << command;
    EXPECT_TRUE(holds(ran.out, "Usage: kinledger " + std::string(command))) << ran.told();
    EXPECT_TRUE(holds(ran.out, "Examples:\n  ")) << ran.told();
    EXPECT_EQ(shell.run({"help", command}).out, ran.out);
    EXPECT_EQ(shell.run({command, "-h"}).out, ran.out);
  }
}

TEST(CommandLine, VersionIsTheProjects) {
  const Shell shell;
  const auto ran = shell.run({"--version"});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_TRUE(ran.out.starts_with("kinledger ")) << ran.out;
}

TEST(CommandLine, VersionBehindACommandRunsNothing) {
  const Shell shell;
  const auto ran = shell.run({"verify", "nowhere", "--version"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(ran.out, shell.run({"--version"}).out);
}

TEST(CommandLine, LanguageFollowsTheLocaleAndTheOption) {
  Shell shell;
  EXPECT_TRUE(holds(shell.run({"--help"}).out, "Commands:"));
  EXPECT_TRUE(holds(shell.run({"--help", "--lang", "zh"}).out, "命令："));
  EXPECT_TRUE(holds(shell.run({"--lang=zh", "init", "--help"}).out, "用法："));
  shell.set("LC_ALL", "");
  shell.set("LANG", "zh_CN.UTF-8");
  EXPECT_TRUE(holds(shell.run({}).out, "命令："));
  shell.set("LC_MESSAGES", "en_US.UTF-8");
  EXPECT_TRUE(holds(shell.run({}).out, "Commands:"));
  shell.set("LC_ALL", "zh_CN.UTF-8");
  EXPECT_TRUE(holds(shell.run({"statsu"}).err, "没有这个命令"));
  EXPECT_TRUE(holds(shell.run({"--lang", "en", "statsu"}).err, "no command"));
}

TEST(CommandLine, SuggestsTheCommandThatWasMeant) {
  const Shell shell;
  const auto ran = shell.run({"imprt", "city", "form.xlsx"});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_TRUE(holds(ran.err, "did you mean 'import'?")) << ran.err;
  EXPECT_TRUE(ran.out.empty());
}

TEST(CommandLine, SaysThatAWordStandsByItselfWhereItWasGivenAsAnOption) {
  const Shell shell;
  const auto ran = shell.run({"status", "city", "--person=x"});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_TRUE(holds(ran.err, "there is no option '--person': PERSON stands by itself")) << ran.err;
  EXPECT_TRUE(holds(ran.err, "usage: kinledger status [OPTION]... LEDGER PERSON")) << ran.err;
  EXPECT_FALSE(holds(ran.err, "did you mean")) << ran.err;
}

TEST(CommandLine, DoesNotRepeatANumberThatStandsInTheLedgersPlace) {
  const Office office;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"status", office.child, "city"}, {"verify", office.child}}) {
    const auto ran = office.shell.run(words);
    EXPECT_EQ(ran.exit, 2) << ran.told();
    EXPECT_TRUE(holds(ran.err, "an ID number stands in the place of")) << ran.told();
    EXPECT_FALSE(holds(ran.told(), office.child)) << ran.told();
  }
}

TEST(CommandLine, NamesTheCommandsOfTwoWordsWhereTheSecondIsMissing) {
  const Shell shell;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"pack"}, {"pack", "chek", "a.toml"}}) {
    const auto ran = shell.run(words);
    EXPECT_EQ(ran.exit, 2);
    EXPECT_TRUE(holds(ran.err, "pack needs one of: pack check, pack adopt, pack list")) << ran.err;
  }
}

TEST(CommandLine, HelpsWithTheCommandsThatShareTheirFirstWord) {
  Shell shell;
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"access", "--help"}, {"help", "access"}}) {
    const auto ran = shell.run(words);
    EXPECT_EQ(ran.exit, 0) << ran.told();
    for (const auto* part : {"access list", "access grant", "access revoke", "access log"})
      EXPECT_TRUE(holds(ran.out, part)) << ran.out;
    EXPECT_FALSE(holds(ran.out, "pack check")) << ran.out;
  }
  EXPECT_TRUE(holds(shell.run({"pack", "--help", "--lang", "zh"}).out, "用法：kinledger pack"));
  EXPECT_EQ(shell.run({"statsu", "--help"}).exit, 2);
}

TEST(CommandLine, TakesADirectoryForTheLedgerOnlyWhereWordsAreLeftForTheRest) {
  Office office;
  const auto& shell = office.shell;
  office.shell.set("KINLEDGER", "city");
  for (const auto* directory : {"backups", "published"})
    std::filesystem::create_directory(shell.path(directory));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"backup", "backups"}, {"publish", "published"}}) {
    const auto ran = shell.run(words);
    EXPECT_EQ(ran.exit, 0) << ran.told();
  }
  // With both words it is as if the environment named none.
  office.shell.set("KINLEDGER", "elsewhere");
  const auto both = shell.run({"publish", "city", "published"});
  EXPECT_EQ(both.exit, 0) << both.told();
  // An option stands in the place of UNIT.
  const auto of_area =
      shell.run({"settle", "city", "--area", "330106", "--year", "2021", "--review"});
  EXPECT_EQ(of_area.exit, 0) << of_area.told();
}

TEST(CommandLine, SuggestsTheOptionThatWasMeant) {
  const Shell shell;
  const auto ran = shell.run({"status", "city", "somebody", "--expalin"});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_TRUE(holds(ran.err, "did you mean '--explain'?")) << ran.err;
  EXPECT_EQ(shell.run({"--nonsense"}).exit, 2);
}

TEST(CommandLine, MistakesEndWithUsage) {
  const Shell shell;
  const std::vector<std::vector<std::string>> mistakes = {
      {"init", "city"},                                  // no origin
      {"init", "--origin", "a.invalid"},                 // no ledger
      {"init", "city", "--origin"},                      // an option without its value
      {"init", "city", "--origin=a", "--origin=b"},      // twice
      {"status", "city"},                                // nobody
      {"status", "city", "somebody", "else"},            // a word too many
      {"--lang", "fr", "rules", "city"},                 // no such language
      {"rules", "city", "--json=maybe"},                 // a flag with a value
      {"rules", "city", "--all", "--on", "2021-01-01"},  // exclude each other
      {"completion", "tcsh"},
      {"ask"},
      {"import", "city"},
      {"import", "city", "a.csv", "b.csv", "--key", "k"},
  };
  for (const auto& words : mistakes) {
    const auto ran = shell.run(words);
    EXPECT_EQ(ran.exit, 2) << words.front() << ": " << ran.told();
    EXPECT_FALSE(ran.err.empty());
    EXPECT_TRUE(ran.out.empty()) << ran.out;
  }
}

TEST(CommandLine, NeverRepeatsANumberFromTheCommandLine) {
  const Shell shell;
  const auto number = resident("20120615", 1);
  const std::vector<std::vector<std::string>> mistakes = {
      {number},
      {"status", "city", "somebody", number},
      {"status", "city", "--" + number},
      {"status", "city", number, "--json=" + number},
      {"ask", "nowhere", "coverage", "person=" + number},
  };
  for (const auto& words : mistakes) {
    const auto ran = shell.run(words);
    EXPECT_NE(ran.exit, 0);
    EXPECT_FALSE(holds(ran.out + ran.err, number)) << ran.told();
  }
}

TEST(CommandLine, AMissingLedgerIsRefused) {
  const Shell shell;
  const auto ran = shell.run({"rules", "nowhere"});
  EXPECT_EQ(ran.exit, 3);
  EXPECT_TRUE(holds(ran.err, "no ledger at nowhere")) << ran.err;
  EXPECT_EQ(shell.run({"verify", "nowhere"}).exit, 3);
}

TEST(CommandLine, SurvivesAReaderThatGoesAway) {
  Shell shell;
  const auto ran = shell.bash("$kinledger manual | head -1; echo ${PIPESTATUS[0]}");
  EXPECT_TRUE(ran.out.ends_with("\n0\n")) << ran.told();
  EXPECT_TRUE(ran.err.empty()) << ran.err;
}

TEST(CommandLine, TellsWhenTheOutputCannotBeWritten) {
  const Shell shell;
  const auto ran = shell.run_into("/dev/full", {"--help"});
  EXPECT_EQ(ran.exit, 5);
  EXPECT_TRUE(holds(ran.err, "cannot be written")) << ran.err;
}

TEST(CommandLine, LogsOnlyWhenAsked) {
  const Shell shell;
  ASSERT_EQ(
      shell.run({"init", "city", "--origin", "test.invalid", "--jurisdiction", "330100"}).exit, 0);
  EXPECT_TRUE(shell.run({"rules", "city"}).err.empty());
  EXPECT_TRUE(
      holds(shell.run({"rules", "city", "--log-level", "info"}).err, "opened test.invalid"));
}

TEST(Completion, BashKnowsCommandsOptionsAndValues) {
  Shell shell;
  const auto complete = [&](const std::string& words) {
    return shell
        .bash("source <($kinledger completion bash); COMP_WORDS=(" + words +
              "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _kinledger; echo \"${COMPREPLY[*]}\"")
        .out;
  };
  EXPECT_EQ(complete("kinledger stat"), "status\n");
  EXPECT_EQ(complete("kinledger status city --ex"), "--explain\n");
  EXPECT_EQ(complete("kinledger pack ''"), "check adopt list codes\n");
  EXPECT_EQ(complete("kinledger pack check --js"), "--json\n");
  EXPECT_EQ(complete("kinledger --lang zh ver"), "verify\n");
  EXPECT_EQ(complete("kinledger rules --lang ''"), "zh en\n");
  EXPECT_EQ(shell.bash("mkdir data && touch data.csv").exit, 0);
  EXPECT_EQ(complete("kinledger bench --directory dat"), "data\n");
}

TEST(Completion, EveryShellGetsAScript) {
  Shell shell;
  for (const auto* name : {"bash", "zsh", "fish"}) {
    const auto ran = shell.run({"completion", name});
    EXPECT_EQ(ran.exit, 0);
    EXPECT_TRUE(holds(ran.out, "--skip-invalid") || holds(ran.out, "skip-invalid")) << name;
  }
  EXPECT_EQ(shell.bash("$kinledger completion bash | bash -n").exit, 0);
}

TEST(Manual, IsAPageWithEveryCommand) {
  const Shell shell;
  const auto ran = shell.run({"manual"});
  EXPECT_EQ(ran.exit, 0);
  EXPECT_TRUE(ran.out.starts_with(".TH KINLEDGER 1"));
  for (const auto* command : all_commands)
    EXPECT_TRUE(holds(ran.out, ".SS kinledger " + std::string(command))) << command;
}

}  // namespace
}  // namespace kinledger::tools
