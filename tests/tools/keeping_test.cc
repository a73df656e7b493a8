// init, packs, templates, schemas, verify and rebuild, scenarios and the demo: what an operator
// does with the program.
#include "ledger/checkpoint.h"
#include "projections/builtin_packs.h"
#include "tests/ledger/proven.h"
#include "tests/server/socket_client.h"
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

TEST(Init, SaysWhatItMade) {
  Shell shell;
  const auto ran =
      shell.run({"init", "city", "--origin", "test.invalid", "--pack", "hangzhou-2021", "--json"});
  ASSERT_EQ(ran.exit, 0) << ran.told();
  const auto made = object_of(ran.out);
  EXPECT_EQ(text(made, "origin"), "test.invalid");
  EXPECT_EQ(text(made, "jurisdiction"), "330100");
  EXPECT_EQ(text(made, "state"), "city.state");
  EXPECT_EQ(made.at("packs").as_array().size(), 1U);
  EXPECT_TRUE(std::filesystem::exists(shell.path("city.state/mark")));
  EXPECT_EQ(
      shell.run({"init", "city", "--origin", "test.invalid", "--jurisdiction", "330100"}).exit, 3)
      << "there is one already";
}

TEST(Init, MakesNothingWhenAPackIsWrong) {
  Shell shell;
  shell.write("broken.toml", "[pack]\nid = 3\n");
  const auto broken =
      shell.run({"init", "city", "--origin", "test.invalid", "--pack", "broken.toml"});
  EXPECT_EQ(broken.exit, 3);
  EXPECT_TRUE(holds(broken.err, "broken.toml:2:")) << broken.err;
  const auto misspelt =
      shell.run({"init", "city", "--origin", "test.invalid", "--pack", "suzho-2020"});
  EXPECT_EQ(misspelt.exit, 3);
  EXPECT_TRUE(holds(misspelt.err, "did you mean 'suzhou-2020'?")) << misspelt.err;
  EXPECT_EQ(shell.run({"init", "city", "--origin", "test.invalid"}).exit, 2) << "no region";
  EXPECT_EQ(shell.run({"init", "city", "--origin", "test.invalid", "--jurisdiction", "33"}).exit,
            3);
  EXPECT_EQ(shell.run({"init", "city", "--origin", "has space", "--jurisdiction", "330100"}).exit,
            3);
  EXPECT_FALSE(std::filesystem::exists(shell.path("city/journal")));
}

TEST(Init, RefusesRegionsThatAreNone) {
  Shell shell;
  for (const auto* code : {"000000", "033010", "33010x", "3301000"}) {
    const auto ran =
        shell.run({"init", "city", "--origin", "test.invalid", "--jurisdiction", code});
    EXPECT_EQ(ran.exit, 3) << code;
    EXPECT_TRUE(holds(ran.err, "330106. Type it again. [AREA_FORMAT]")) << ran.err;
  }
  EXPECT_FALSE(std::filesystem::exists(shell.path("city")));
}

TEST(Clock, ComesFromTheEnvironmentOnSimulatedLedgersOnly) {
  Shell shell;
  ASSERT_EQ(
      shell.run({"init", "real", "--origin", "kinledger.example", "--jurisdiction", "330100"}).exit,
      0);
  shell.set("KINLEDGER_NOW", "2021-04-05T00:00:00Z");
  EXPECT_EQ(shell.run({"rules", "real"}).exit, 3);
  EXPECT_EQ(
      shell.run({"init", "other", "--origin", "kinledger.example", "--jurisdiction", "330100"})
          .exit,
      3);
  EXPECT_FALSE(std::filesystem::exists(shell.path("other")));
  EXPECT_EQ(
      shell.run({"init", "city", "--origin", "test.invalid", "--jurisdiction", "330100"}).exit, 0);
  shell.set("KINLEDGER_NOW", "last week");
  EXPECT_EQ(shell.run({"rules", "city"}).exit, 3);
}

TEST(Environment, NamesTheLedgerWhereItIsLeftOut) {
  Office office;
  office.shell.set("KINLEDGER", "city");
  EXPECT_EQ(office.shell.run({"verify"}).exit, 0);
  EXPECT_EQ(office.shell.run({"status", "@child.txt"}).exit, 0);
  EXPECT_EQ(office.shell.run({"status", "city", "@child.txt"}).exit, 0) << "it may still be given";
  office.shell.set("KINLEDGER", "elsewhere");
  EXPECT_EQ(office.shell.run({"verify"}).exit, 3);
  EXPECT_EQ(office.shell.run({"verify", "city"}).exit, 0);
}

TEST(Environment, DoesNotNameTheLedgerThatInitMakes) {
  Shell shell;
  shell.set("KINLEDGER", "elsewhere");
  EXPECT_EQ(
      shell.run({"init", "city", "--origin", "test.invalid", "--jurisdiction", "330100"}).exit, 0);
  EXPECT_TRUE(std::filesystem::exists(shell.path("city.state/mark")));
  const auto ran = shell.run({"init", "--origin", "test.invalid", "--jurisdiction", "330100"});
  EXPECT_EQ(ran.exit, 2);
  EXPECT_TRUE(holds(ran.err, "LEDGER is missing")) << ran.err;
  EXPECT_FALSE(std::filesystem::exists(shell.path("elsewhere")));
  EXPECT_FALSE(holds(shell.run({"init", "--help"}).out, "may be left out"));
}

TEST(State, LiesBesideTheLedgerHoweverItsDirectoryIsWritten) {
  Shell shell;
  const auto ran = shell.run(
      {"init", "city/", "--origin", "test.invalid", "--jurisdiction", "330100", "--json"});
  ASSERT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(text(object_of(ran.out), "state"), "city.state");
  EXPECT_FALSE(std::filesystem::exists(shell.path("city/.state")));
  for (const auto* name : {"city", "city/", "city//"}) {
    EXPECT_EQ(shell.run({"verify", name}).exit, 0) << name;
    EXPECT_EQ(shell.run({"rules", name}).exit, 0) << name;
  }
  EXPECT_EQ(shell.bash("cd city && $kinledger verify .").exit, 0);
  EXPECT_EQ(shell
                .bash("mkdir here && cd here && $kinledger init ./ --origin here.invalid "
                      "--jurisdiction 330100")
                .exit,
            0);
  EXPECT_TRUE(std::filesystem::exists(shell.path("here.state/mark")));
}

TEST(State, MayLieElsewhere) {
  Shell shell;
  ASSERT_EQ(shell
                .run({"init", "city", "--origin", "test.invalid", "--jurisdiction", "330100",
                      "--state", "keys"})
                .exit,
            0);
  EXPECT_EQ(shell.run({"verify", "city"}).exit, 4) << "without the mark nothing can be verified";
  EXPECT_EQ(shell.run({"verify", "city", "--state", "keys"}).exit, 0);
  EXPECT_EQ(shell.run({"rules", "city", "--state", "keys"}).exit, 0);
}

TEST(Pack, IsListedCheckedAndAdoptedOnce) {
  Shell shell;
  const auto list = objects_of(shell.run({"pack", "list", "--json"}).out);
  ASSERT_FALSE(list.empty());
  for (const auto& pack : list)
    EXPECT_EQ(shell.run({"pack", "check", std::string(text(pack, "pack"))}).exit, 0);
  ASSERT_EQ(
      shell.run({"init", "city", "--origin", "test.invalid", "--jurisdiction", "330100"}).exit, 0);
  EXPECT_TRUE(holds(shell.run({"pack", "adopt", "city", "hangzhou-2021"}).out, "recorded"));
  EXPECT_TRUE(holds(shell.run({"pack", "adopt", "city", "hangzhou-2021"}).out, "already recorded"));
  shell.write("broken.toml", "[pack\n");
  const auto broken = shell.run({"pack", "check", "broken.toml"});
  EXPECT_EQ(broken.exit, 3);
  EXPECT_TRUE(holds(broken.err, "broken.toml:1:")) << broken.err;
}

TEST(Pack, SaysThatAnEarlierVersionWasReplaced) {
  Shell shell;
  ASSERT_EQ(
      shell.run({"init", "city", "--origin", "test.invalid", "--jurisdiction", "330100"}).exit, 0);
  ASSERT_EQ(shell.run({"pack", "adopt", "city", "hangzhou-2021"}).exit, 0);
  std::string second(projections::find_builtin_pack("hangzhou-2021")->text);
  const std::string_view first_version = "version = \"1\"";
  second.replace(second.find(first_version), first_version.size(), "version = \"2\"");
  shell.write("second.toml", second);
  ASSERT_EQ(shell.run({"pack", "adopt", "city", "second.toml"}).exit, 0);
  const auto again = shell.run({"pack", "adopt", "city", "hangzhou-2021"});
  EXPECT_EQ(again.exit, 0);
  EXPECT_TRUE(holds(again.out, "replaced by version 2: it is not in force")) << again.out;
  const auto in_json = shell.run({"pack", "adopt", "city", "hangzhou-2021", "--json"});
  EXPECT_EQ(text(objects_of(in_json.out).front(), "replacedBy"), "2");
  const auto current = shell.run({"pack", "adopt", "city", "second.toml"});
  EXPECT_TRUE(holds(current.out, "already recorded")) << current.out;
  EXPECT_FALSE(holds(current.out, "replaced")) << current.out;
}

TEST(Checkpoint, IsSignedKeptAndProvesEvents) {
  Office office;
  auto& shell = office.shell;
  const auto key = shell.run({"checkpoint", "city", "--key"});
  ASSERT_EQ(key.exit, 0) << key.told();
  const auto verifier = ledger::read_verifier(key.out.substr(0, key.out.size() - 1));
  ASSERT_TRUE(verifier.has_value()) << key.out;
  const auto printed = shell.run({"checkpoint", "city"});
  const auto note = ledger::read_note(printed.out);
  ASSERT_TRUE(note.has_value()) << printed.told();
  EXPECT_TRUE(ledger::is_signed_by(*note, *verifier));
  EXPECT_EQ(shell.run({"checkpoint", "city"}).out, printed.out);
  const auto event = objects_of(shell.run({"history", "city", "@child.txt", "--json"}).out).front();
  const auto proof = ledger::read_inclusion_proof(
      shell.run({"prove", "city", "--event", std::to_string(number(event, "sequence"))}).out);
  ASSERT_TRUE(proof.has_value());
  ledger::Hash leaf;
  ASSERT_TRUE(ledger::from_hex(text(event, "leafHash"), leaf.bytes));
  EXPECT_TRUE(ledger::is_proven(*proof, leaf, *verifier));
  EXPECT_EQ(shell.run({"prove", "city", "--event", "999999"}).exit, 3);
  EXPECT_EQ(shell.run({"prove", "city", "--event", "one"}).exit, 2);
}

TEST(Template, IsWrittenForEveryListAndReadBackEmpty) {
  Office office;
  const auto& shell = office.shell;
  const auto list = objects_of(shell.run({"template", "--list", "--json"}).out);
  EXPECT_GT(list.size(), 40U);
  const auto ran = shell.run({"template", "registration-form", "--out", "form.xlsx"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  const auto empty = shell.run({"import", "city", "form.xlsx"});
  EXPECT_EQ(empty.exit, 3);
  EXPECT_FALSE(holds(empty.err, "FORMAT_UNKNOWN")) << empty.err;
  const auto wrong = shell.run({"template", "premium", "--out", "form.xlsx"});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_TRUE(holds(wrong.err, "did you mean 'premiums'?")) << wrong.err;
  EXPECT_EQ(shell.run({"template", "premiums"}).exit, 2);
  EXPECT_EQ(shell.run({"template", "premiums", "--out", "no/such/place.xlsx"}).exit, 3);
  const auto with_codes =
      shell.run({"template", "premiums", "--out", "codes.xlsx", "--ledger", "city"});
  EXPECT_EQ(with_codes.exit, 0) << with_codes.told();
}

TEST(Schema, DescribesSubmissionsAndTypes) {
  Shell shell;
  EXPECT_TRUE(holds(shell.run({"schema"}).out, "PremiumPaid"));
  EXPECT_TRUE(holds(shell.run({"schema", "PremiumPaid"}).out, "insuranceYear"));
  EXPECT_TRUE(holds(shell.run({"schema", "--list"}).out, "BindingRegistered"));
  const auto wrong = shell.run({"schema", "PremiumPayed"});
  EXPECT_EQ(wrong.exit, 2);
  EXPECT_TRUE(holds(wrong.err, "did you mean 'PremiumPaid'?")) << wrong.err;
  EXPECT_EQ(shell.run({"schema", "LedgerCreated"}).exit, 2) << "only the ledger records it";
}

TEST(Verify, GivesTheTreeHead) {
  Office office;
  const auto ran = office.shell.run({"verify", "city", "--json"});
  EXPECT_EQ(ran.exit, 0) << ran.told();
  const auto verified = object_of(ran.out);
  EXPECT_TRUE(verified.at("verified").as_bool());
  EXPECT_EQ(number(verified, "events"), number(verified, "treeSize"));
  EXPECT_EQ(text(verified, "root").size(), 64U);
  EXPECT_TRUE(holds(office.shell.run({"verify", "city"}).out, std::string(text(verified, "root"))));
}

#if !defined(__SANITIZE_ADDRESS__)
/// What is remembered of persons has room for a million, which nobody needs who opens a small one.
TEST(Verify, OfASmallLedgerTakesLittleMemory) {
  Shell shell;
  shell.run({"init", "city", "--origin", "test.invalid", "--jurisdiction", "330100"});
  shell.write("peak.py",
              "import resource, subprocess, sys\n"
              "subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)\n"
              "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)\n");
  const auto ran = shell.bash("python3 peak.py $kinledger verify city");
  ASSERT_EQ(ran.exit, 0) << ran.told();
  constexpr long kib_max = 56 * 1024;
  EXPECT_LT(std::stol(ran.out), kib_max) << "of KiB, more than the program and its libraries need";
}
#endif

TEST(Verify, NamesWhatIsLostWhenTheJournalIsAnOlderOne) {
  Office office;
  const auto& shell = office.shell;
  std::filesystem::copy(shell.path("city/journal"), shell.path("older"),
                        std::filesystem::copy_options::recursive);
  const auto size = office.tree_size();
  office.write_premiums("premiums.csv", office.premium_row("2021-03-30", office.child));
  ASSERT_EQ(shell.run({"import", "city", "premiums.csv"}).exit, 0);
  std::filesystem::remove_all(shell.path("city/journal"));
  std::filesystem::rename(shell.path("older"), shell.path("city/journal"));
  const auto ran = shell.run({"verify", "city", "--json"});
  EXPECT_EQ(ran.exit, 4) << ran.told();
  EXPECT_EQ(number(object_of(ran.out).at("damage").as_object(), "sequence"), size);
  EXPECT_EQ(shell.run({"serve", "city", "--listen", "127.0.0.1:0"}).exit, 4) << "it is not served";
  EXPECT_EQ(shell.run({"checkpoint", "city"}).exit, 4) << "nor signed";
  const auto read = shell.run({"rules", "city"});
  EXPECT_EQ(read.exit, 0) << read.told();
  EXPECT_TRUE(holds(read.err, "the ledger is read-only")) << read.err;
}

TEST(Verify, FindsDamage) {
  Office office;
  // The file that holds most of the journal.
  std::filesystem::path largest;
  std::uintmax_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(office.shell.path("city/journal")))
    if (const auto name = entry.path().extension(); entry.is_regular_file() &&
                                                    (name == ".log" || name == ".sst") &&
                                                    entry.file_size() > bytes) {
      largest = entry.path();
      bytes = entry.file_size();
    }
  ASSERT_GT(bytes, 1000U);
  std::fstream file(largest, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(bytes / 2));
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(static_cast<std::streamoff>(bytes / 2));
  file.put(byte);
  file.close();
  EXPECT_EQ(office.shell.run({"verify", "city"}).exit, 4);
}

TEST(Rebuild, GivesTheSameProjections) {
  Office office;
  const auto first = office.shell.run({"rebuild", "city", "--json"});
  EXPECT_EQ(first.exit, 0) << first.told();
  const auto before = office.status("2021-06-01");
  std::filesystem::remove_all(office.shell.path("city/projections"));
  EXPECT_EQ(office.shell.run({"rebuild", "city", "--json"}).out, first.out);
  EXPECT_EQ(office.status("2021-06-01"), before);
}

TEST(Scenario, PrintsWhatDiffersAndEndsWithOne) {
  Shell shell;
  const std::string facts =
      "scenario: paid on 1 April waits six months\n"
      "pack: hangzhou-2021\n"
      "2021-01-05 PersonRegistered child birthDate=2012-06-15\n"
      "2021-01-05 UnitRecorded organ unitType=administrativeOrgan fiscalLevel=municipal "
      "fullGuarantee=yes\n"
      "2021-01-05 LegacyMembershipRecorded child organ validOn=2018-01-01 until=2021-01-01\n"
      "2021-01-05 LegacyMemberConverted child validOn=2021-01-01 fromScheme=legacyChildPooling "
      "scheme=children\n"
      "2021-04-01 PremiumPaid child scheme=children insuranceYear=2021 amount=250.00\n"
      "ask coverage child on 2021-12-31\n";
  shell.write("right.scenario", facts + "  coveredFrom = 2021-10-01\n");
  shell.write("wrong.scenario", facts + "  coveredFrom = 2021-10-02\n");
  shell.write("broken.scenario", "scenario: nothing\n2021-13-01 Nonsense\n");
  const auto right = shell.run({"scenario", "right.scenario"});
  EXPECT_EQ(right.exit, 0) << right.told();
  const auto wrong = shell.run({"scenario", "right.scenario", "wrong.scenario"});
  EXPECT_EQ(wrong.exit, 1) << wrong.told();
  EXPECT_TRUE(holds(wrong.out, "wrong.scenario:9:")) << wrong.out;
  EXPECT_EQ(objects_of(shell.run({"scenario", "wrong.scenario", "--json"}).out).size(), 1U);
  const auto broken = shell.run({"scenario", "broken.scenario"});
  EXPECT_EQ(broken.exit, 3);
  EXPECT_TRUE(holds(broken.err, "broken.scenario:2:")) << broken.err;
  EXPECT_EQ(shell.run({"scenario", "missing.scenario"}).exit, 3);
}

TEST(Bench, RefusesACityThatCannotBeMade) {
  const Shell shell;
  for (const auto* persons : {"0", "20000x", "2000000", "x", "-1"}) {
    const auto ran = shell.run({"bench", "--persons", persons});
    EXPECT_EQ(ran.exit, 2) << persons << ran.told();
    EXPECT_TRUE(ran.out.empty()) << ran.out;
  }
  EXPECT_TRUE(holds(shell.run({"bench", "--help"}).out, "--directory DIR"));
}

TEST(Bench, TellsWhenThereIsNoDirectoryForIt) {
  Shell shell;
  shell.set("TMPDIR", "/nonexistent");
  for (const auto& words :
       {std::vector<std::string>{"bench"}, {"bench", "--directory", "nowhere"}}) {
    const auto ran = shell.run(words);
    EXPECT_EQ(ran.exit, 5) << ran.told();
    EXPECT_TRUE(ran.err.starts_with("kinledger: ")) << ran.err;
  }
}

TEST(Demo, TellsItsStoryToTheEndInBothLanguages) {
  Shell shell;
  for (const auto* language : {"en", "zh"}) {
    const auto ran = shell.run({"demo", "--lang", language});
    EXPECT_EQ(ran.exit, 0) << ran.told();
    for (const auto* part :
         {"$ kinledger init city", "$ kinledger import city premiums-draft.csv",
          "$ kinledger status city @child.txt", "2021-01-01", "2021-10-02",
          "$ kinledger balance city 330199001 --year 2021", "4,200.00", "$ kinledger diff city",
          "$ kinledger check city", "$ kinledger report city migration", "$ kinledger verify city"})
      EXPECT_TRUE(holds(ran.out, part)) << part << "\n" << ran.out;
    EXPECT_TRUE(holds(ran.out, "[ID_CHECK_DIGIT]")) << ran.out;
    EXPECT_TRUE(ran.err.empty()) << ran.err;
    EXPECT_FALSE(holds(ran.out + ran.err, resident("20120615", 24)));
  }
}

std::string free_port() {
  const int taken = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  socklen_t size = sizeof address;
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(taken, reinterpret_cast<const sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(taken, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(taken);
  return std::to_string(ntohs(address.sin_port));
}

TEST(Demo, GoesOnIntoTheServer) {
  Shell shell;
  EXPECT_EQ(shell.run({"demo", "--serve", "--listen", "127.0.0.1:0"}).exit, 2);
  const auto port = free_port();
  const auto running = shell.run_behind(
      {"demo", "--serve", "--listen", "127.0.0.1:" + port, "--lang", "en"}, "demo.err");
  const auto server = "http://127.0.0.1:" + port;
  std::vector<std::string> targets;
  auto line = running->read_line();
  for (int lines = 0; line != server && lines < 10'000; ++lines, line = running->read_line())
    if (const auto at = line.find(server + "/"); at != std::string::npos)
      targets.push_back(line.substr(at + server.size()));
  ASSERT_EQ(line, server) << shell.read("demo.err");
  EXPECT_GE(targets.size(), 8U);
  for (const auto& target : targets) {
    const server::SocketClient client(static_cast<std::uint16_t>(std::stoul(port)));
    client.send("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(server::status_of(client.read_all()), 200) << target;
  }
  EXPECT_EQ(running->end(SIGINT), 0) << shell.read("demo.err");
}

}  // namespace
}  // namespace kinledger::tools
