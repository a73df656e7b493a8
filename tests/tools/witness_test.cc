// Three offices run witnesses, a fourth keeps the ledger: through the public command line, each
// witness a process of its own.
#include <algorithm>

#include "ledger/checkpoint.h"
#include "ledger/witness_policy.h"
#include "tests/server/socket_client.h"
#include "tests/tools/office.h"

namespace kinledger::tools {
namespace {

constexpr const char* offices[] = {"audit", "finance", "province"};

class WitnessCommand : public testing::Test {
 protected:
  WitnessCommand() {
    for (const auto* office : offices) start(office);
    write_policy();
  }

  static std::string without_line_feed(std::string text) {
    EXPECT_TRUE(text.ends_with('\n')) << text;
    return text.substr(0, text.size() - 1);
  }
  std::string log_key() {
    return without_line_feed(shell_.run({"checkpoint", "city", "--key"}).out);
  }
  std::string witness_key(const std::string& name) {
    return without_line_feed(
        shell_.run({"witness", "--state", name, "--name", "w.example/" + name, "--key"}).out);
  }
  std::vector<std::string> words_of(const std::string& name) {
    return {"witness", "--listen",          "127.0.0.1:0", "--state", name,
            "--name",  "w.example/" + name, "--log",       log_key()};
  }
  void start(const std::string& name) {
    running_[name] = shell_.run_behind(words_of(name), name + ".err");
    urls_[name] = running_[name]->read_line();
    EXPECT_TRUE(urls_[name].starts_with("http://127.0.0.1:")) << shell_.read(name + ".err");
  }
  int stop(const std::string& name) { return running_.at(name)->end(SIGTERM); }
  void write_policy() {
    auto text = "log " + log_key() + "\n";
    for (const auto* office : offices)
      text +=
          "witness " + std::string(office) + " " + witness_key(office) + " " + urls_[office] + "\n";
    shell_.write("policy", text + "group offices 2 audit finance province\nquorum offices\n");
  }
  Ran cosign() { return shell_.run({"checkpoint", "city", "--policy", "policy"}); }
  ledger::Quorum quorum_of(const std::string& note) {
    return ledger::WitnessPolicy::read(shell_.read("policy"))
        .value()
        .quorum(ledger::read_note(note).value());
  }
  void append(const std::string& premium_day) {
    office_.write_premiums("premium.csv", office_.premium_row(premium_day, office_.child));
    const auto ran = shell_.run({"import", "city", "premium.csv"});
    EXPECT_EQ(ran.exit, 0) << ran.told();
  }

  Office office_;
  Shell& shell_ = office_.shell;
  std::map<std::string, std::unique_ptr<Running>> running_;
  std::map<std::string, std::string> urls_;
};

TEST_F(WitnessCommand, CosignsInTheOrderOfThePolicy) {
  const auto plain = shell_.run({"checkpoint", "city"});
  const auto cosigned = cosign();
  ASSERT_EQ(cosigned.exit, 0) << cosigned.told();
  EXPECT_TRUE(cosigned.out.starts_with(plain.out)) << "the log's own note stays as it is";
  const auto note = ledger::read_note(cosigned.out).value();
  ASSERT_EQ(note.signatures.size(), 4U);
  EXPECT_EQ(note.signatures[1].name, "w.example/audit");
  EXPECT_EQ(note.signatures[3].name, "w.example/province");
  EXPECT_EQ(quorum_of(cosigned.out).has, 3U);
  for (const auto* office : offices)
    EXPECT_TRUE(holds(cosigned.err, "witness " + std::string(office) + " cosigned\n"));
  EXPECT_EQ(shell_.read("city.state/checkpoint.cosigned"), cosigned.out);
  EXPECT_EQ(shell_.read("city.state/checkpoint"), plain.out);
}

// Appending goes on; the same checkpoint is asked for again, and never signed again.
TEST_F(WitnessCommand, CosignaturesAreInWhatTheLedgerGivesOut) {
  const auto key = log_key();
  const std::vector<std::string> prove{"status",     "city",    "@child.txt", "--on",
                                       "2021-06-01", "--prove", "--out",      "b"};
  const std::vector<std::string> verify{"verify", "b", "--key", key, "--policy", "policy"};
  EXPECT_EQ(shell_.run(prove).exit, 0);
  auto ran = shell_.run(verify);
  EXPECT_EQ(ran.exit, 4) << ran.told();
  EXPECT_TRUE(holds(ran.err, "only 0 of 2 needed witnesses")) << ran.err;
  ASSERT_EQ(cosign().exit, 0);
  EXPECT_EQ(shell_.run(prove).exit, 0);
  ran = shell_.run(verify);
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(shell_.run({"publish", "city", "log"}).exit, 0);
  EXPECT_EQ(quorum_of(shell_.read("log/checkpoint")).has, 3U);
  EXPECT_EQ(shell_.run({"verify", "log/checkpoint", "--key", key, "--policy", "policy"}).exit, 0);
  const auto proof = shell_.run({"prove", "city", "--event", "50", "--leaf", "50.event"});
  shell_.write("50.tlog-proof", proof.out);
  EXPECT_EQ(shell_
                .run({"verify", "50.tlog-proof", "--key", key, "--leaf", "50.event", "--policy",
                      "policy"})
                .exit,
            0);
  EXPECT_EQ(shell_.run({"verify", "city", "--policy", "policy"}).exit, 2) << "not for a ledger";
}

TEST_F(WitnessCommand, OutagesStopNothing) {
  EXPECT_EQ(cosign().exit, 0);
  EXPECT_EQ(stop("finance"), 0);
  append("2021-01-05");
  auto ran = cosign();
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_TRUE(holds(ran.err, "witness finance did not answer: " + urls_["finance"])) << ran.err;
  EXPECT_EQ(stop("province"), 0);
  append("2021-01-06");
  const auto plain = shell_.run({"checkpoint", "city"}).out;
  const auto partly = cosign();
  EXPECT_EQ(partly.exit, 5) << partly.told();
  EXPECT_TRUE(holds(partly.err, "checkpoint signed, but only 1 of 2 needed witnesses cosigned it"));
  EXPECT_TRUE(partly.out.starts_with(plain));
  EXPECT_EQ(quorum_of(partly.out).has, 1U);
  EXPECT_TRUE(holds(shell_.run({"--lang", "zh", "checkpoint", "city", "--policy", "policy"}).err,
                    "所需的 2 方中只有 1 方共同签名"));
  EXPECT_EQ(stop("audit"), 0);
  start("finance");
  write_policy();
  ran = cosign();
  EXPECT_EQ(ran.exit, 0) << "audit's cosignature of the same checkpoint counts on\n" << ran.told();
  EXPECT_TRUE(ran.out.starts_with(plain));
  EXPECT_EQ(shell_.run({"checkpoint", "city"}).out, ran.out) << "what was cosigned stays so";
}

TEST_F(WitnessCommand, AWitnessKilledAtAnyTimeGoesOnWhereItWas) {
  EXPECT_EQ(cosign().exit, 0);
  append("2021-01-05");
  EXPECT_EQ(running_["audit"]->end(SIGKILL), 128 + SIGKILL);
  const auto key = witness_key("audit");
  start("audit");
  EXPECT_EQ(witness_key("audit"), key);
  write_policy();
  const auto ran = cosign();
  EXPECT_EQ(quorum_of(ran.out).has, 3U) << ran.told();
}

// Ledger and state directory are those of an older moment: only the witnesses know better.
TEST_F(WitnessCommand, AnOlderBackupIsFoundOut) {
  EXPECT_EQ(cosign().exit, 0);
  EXPECT_EQ(shell_.bash("cp -a city older; cp -a city.state older.state").exit, 0);
  append("2021-01-05");
  EXPECT_EQ(cosign().exit, 0);
  EXPECT_EQ(shell_
                .bash("mv city newer; mv city.state newer.state;"
                      "cp -a older city; cp -a older.state city.state")
                .exit,
            0);
  for (int history = 0; history < 2; ++history) {
    auto ran = cosign();
    EXPECT_EQ(ran.exit, 4) << ran.told();
    EXPECT_EQ(ran.out, "");
    EXPECT_TRUE(holds(ran.err, "witness audit proves that the ledger contradicts what it signed"));
    EXPECT_EQ(shell_.run({"checkpoint", "city"}).exit, 4) << "nothing more is signed";
    // And as if nobody had asked, with another history.
    EXPECT_EQ(
        shell_.bash("rm -r city city.state; cp -a older city; cp -a older.state city.state").exit,
        0);
    append("2021-01-07");
    append("2021-01-08");
  }
  EXPECT_EQ(shell_.bash("rm -r city city.state; mv newer city; mv newer.state city.state").exit, 0);
  EXPECT_EQ(cosign().exit, 0) << "the newest backup is as good as ever";
}

/// The restored ledger, left to itself, would record the root of its subject map anew and sign a
/// second tree of a size that it had signed.
TEST_F(WitnessCommand, ABackupFromBeforeTheRunIsFoundOutBeforeItSigns) {
  EXPECT_EQ(cosign().exit, 0);
  append("2021-01-05");
  EXPECT_EQ(shell_.bash("cp -a city older; cp -a city.state older.state").exit, 0);
  EXPECT_EQ(cosign().exit, 0);
  EXPECT_EQ(shell_
                .bash("rm -r city city.state; mv older city; mv older.state city.state;"
                      "cp city.state/checkpoint before")
                .exit,
            0);
  const auto ran = cosign();
  EXPECT_EQ(ran.exit, 4) << ran.told();
  EXPECT_EQ(shell_.read("city.state/checkpoint"), shell_.read("before")) << "it signed nothing";
  EXPECT_EQ(shell_.bash("ls */*.fork").exit, 2) << "nor showed a witness two histories";
}

TEST_F(WitnessCommand, AreAskedBeforeALedgerIsServed) {
  const std::vector<std::string> words{"serve",       "city",     "--listen",
                                       "127.0.0.1:0", "--policy", "policy"};
  EXPECT_EQ(shell_.bash("cp -a city older; cp -a city.state older.state").exit, 0);
  append("2021-01-05");
  {
    const auto server = shell_.run_behind(words, "serve.err");
    EXPECT_TRUE(server->read_line().starts_with("http://127.0.0.1:")) << shell_.read("serve.err");
    EXPECT_EQ(server->end(SIGTERM), 0);
  }
  EXPECT_TRUE(holds(shell_.read("city.state/checkpoint.cosigned"), "w.example/audit"));
  EXPECT_EQ(shell_
                .bash("mv city newer; mv city.state newer.state;"
                      "mv older city; mv older.state city.state")
                .exit,
            0);
  const auto older = shell_.run(words);
  EXPECT_EQ(older.exit, 4) << older.told();
  EXPECT_EQ(older.out, "") << "it never listened";
  // Without its witnesses it starts, and says so.
  EXPECT_EQ(shell_.bash("rm -r city city.state; mv newer city; mv newer.state city.state").exit, 0);
  for (const auto* office : offices) EXPECT_EQ(stop(office), 0);
  const auto server = shell_.run_behind(words, "serve.err");
  EXPECT_TRUE(server->read_line().starts_with("http://")) << shell_.read("serve.err");
  EXPECT_TRUE(holds(shell_.read("serve.err"), "witness audit did not answer"));
}

TEST_F(WitnessCommand, WithAnSm2KeyBothLinesOfTheLogStay) {
  EXPECT_EQ(cosign().exit, 0);
  EXPECT_EQ(shell_.run({"checkpoint", "city", "--add-sm2"}).exit, 0);
  auto ran = cosign();
  EXPECT_EQ(ran.exit, 0) << ran.told();
  const auto note = ledger::read_note(ran.out).value();
  EXPECT_EQ(std::ranges::count(note.signatures, "test.invalid", &ledger::NoteSignature::name), 2);
  EXPECT_EQ(note.signatures.size(), 5U);
  const auto kept = shell_.read("city.state/checkpoint.cosigned");
  for (const auto* office : offices) EXPECT_EQ(stop(office), 0);
  append("2021-01-05");
  EXPECT_EQ(cosign().exit, 5);
  EXPECT_EQ(shell_.read("city.state/checkpoint.cosigned"), kept) << "nobody cosigned a newer one";
  EXPECT_EQ(shell_.run({"checkpoint", "city", "--add-sm2", "--policy", "policy"}).exit, 2);
}

TEST_F(WitnessCommand, HasOneKeyOneNameAndOneProcess) {
  EXPECT_EQ(witness_key("audit"), witness_key("audit"));
  auto other = words_of("audit");
  const auto second = shell_.run(other);
  EXPECT_EQ(second.exit, 5) << second.told();
  EXPECT_TRUE(holds(second.err, "audit is in use by process "));
  EXPECT_EQ(stop("audit"), 0);
  *std::ranges::find(other, "w.example/audit") = "w.example/else";
  const auto renamed = shell_.run(other);
  EXPECT_EQ(renamed.exit, 3) << renamed.told();
  EXPECT_EQ(shell_.bash("chmod 644 audit/witness.key").exit, 0);
  const auto open_key = shell_.run(words_of("audit"));
  EXPECT_EQ(open_key.exit, 3);
  EXPECT_TRUE(holds(open_key.err, "chmod 600")) << open_key.err;
}

TEST_F(WitnessCommand, TellsWhatIsWrongWithTheCommandLineOrThePolicy) {
  const auto exit_of = [&](std::vector<std::string> words) { return shell_.run(words).exit; };
  EXPECT_EQ(exit_of({"witness", "--state", "x", "--name", "a"}), 2) << "no log";
  EXPECT_EQ(exit_of({"witness", "--state", "x", "--name", "a", "--log", "b"}), 2);
  EXPECT_EQ(exit_of({"witness", "--state", "x"}), 2) << "no name";
  EXPECT_EQ(exit_of({"witness", "--state", "x", "--name", "a b", "--key"}), 3);
  EXPECT_EQ(exit_of({"witness", "--listen", "localhost:1", "--state", "x", "--name", "a", "--log",
                     log_key()}),
            3);
  EXPECT_EQ(exit_of({"checkpoint", "city", "--key", "--policy", "policy"}), 2);
  const auto nowhere = shell_.run({"checkpoint", "city", "--policy", "nowhere"});
  EXPECT_EQ(nowhere.exit, 3);
  EXPECT_TRUE(holds(nowhere.err, "nowhere: ")) << nowhere.err;
  shell_.write("policy", "log x\nquorum y\n");
  const auto bad = cosign();
  EXPECT_EQ(bad.exit, 3);
  EXPECT_TRUE(holds(bad.err, "policy:1: ")) << bad.err;
  EXPECT_TRUE(holds(bad.err, "policy:2: ")) << bad.err;
  shell_.write("policy", "quorum none\n");
  const auto stranger = cosign();
  EXPECT_EQ(stranger.exit, 3);
  EXPECT_TRUE(holds(stranger.err, "add the line: log " + log_key())) << stranger.err;
}

TEST_F(WitnessCommand, APolicyMayNeedNobody) {
  shell_.write("policy", "log " + log_key() + "\nquorum none\n");
  const auto ran = cosign();
  EXPECT_EQ(ran.exit, 0) << ran.told();
  EXPECT_EQ(ran.out, shell_.run({"checkpoint", "city"}).out);
  EXPECT_EQ(ran.err, "");
  EXPECT_FALSE(std::filesystem::exists(shell_.path("city.state/checkpoint.cosigned")));
}

TEST_F(WitnessCommand, AreAskedAgainWhileALedgerIsServed) {
  const auto server = shell_.run_behind(
      {"serve", "city", "--listen", "127.0.0.1:0", "--policy", "policy", "--cosign-every", "1"},
      "serve.err");
  const auto url = server->read_line();
  ASSERT_TRUE(url.starts_with("http://127.0.0.1:")) << shell_.read("serve.err");
  const auto ask = [&](const std::string& target) {
    const server::SocketClient client(
        static_cast<std::uint16_t>(std::stoul(url.substr(url.rfind(':') + 1))));
    client.send("GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    const auto answer = client.read_all();
    return answer.substr(std::min(answer.find("\r\n\r\n") + 4, answer.size()));
  };
  const auto before = object_of(ask("/readyz"));
  EXPECT_EQ(number(before, "cosignedSize"), number(before, "treeSize")) << "asked at the start";
  office_.write_premiums("premium.csv", office_.premium_row("2021-01-05", office_.child));
  const auto imported = shell_.run({"import", "premium.csv", "--url", url});
  ASSERT_EQ(imported.exit, 0) << imported.told();
  for (auto ready = before; number(ready, "cosignedSize") <= number(before, "treeSize");)
    ready = object_of(ask("/readyz"));
  const auto metrics = ask("/metrics");
  EXPECT_TRUE(holds(metrics, "kinledger_cosignatures 3\n")) << metrics;
  EXPECT_TRUE(holds(metrics, "kinledger_cosignatures_needed 2\n")) << metrics;
  EXPECT_TRUE(holds(metrics, "kinledger_witness_contradicts 0\n")) << metrics;
  EXPECT_EQ(quorum_of(shell_.read("city.state/checkpoint.cosigned")).has, 3U);
  EXPECT_EQ(server->end(SIGTERM), 0);
  EXPECT_EQ(shell_.run({"serve", "city", "--cosign-every", "0"}).exit, 2);
}

TEST_F(WitnessCommand, AnswersToItsOwnNamesOnly) {
  const auto& url = urls_.at("audit");
  const auto status = [](const std::string& url_of, const std::string& host) {
    const server::SocketClient client(
        static_cast<std::uint16_t>(std::stoul(url_of.substr(url_of.rfind(':') + 1))));
    client.send("GET /healthz HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    return server::status_of(client.read_all());
  };
  EXPECT_EQ(status(url, "127.0.0.1"), 200);
  EXPECT_EQ(status(url, "localhost:8451"), 200);
  EXPECT_EQ(status(url, "evil.example"), 421);
  auto words = words_of("other");
  words.insert(words.end(), {"--host", "audit.example"});
  const auto named = shell_.run_behind(words, "other.err");
  const auto other = named->read_line();
  EXPECT_EQ(status(other, "audit.example"), 200);
  EXPECT_EQ(status(other, "evil.example"), 421);
}

}  // namespace
}  // namespace kinledger::tools
