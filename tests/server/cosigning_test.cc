// Cosignatures of a policy's witnesses, of which some are down, slow, refuse or lie.
#include "server/cosigning.h"

#include <atomic>

#include "tests/server/scripted_server.h"
#include "tests/server/tls_front.h"

namespace kinledger::server {
namespace {

using std::chrono_literals::operator""ms;
using ledger::GrowingLog;

constexpr auto patience = 10'000ms;

/// Answers everything with one answer, and counts.
class SaysAlways {
 public:
  explicit SaysAlways(HttpResponse response)
      : serving_(HttpOptions(), [this, response](const HttpRequest&) {
          ++asked_;
          return response;
        }) {}
  std::string url() const { return url_of(serving_); }
  int asked() const { return asked_; }

 private:
  std::atomic<int> asked_ = 0;
  Serving serving_;
};

HttpResponse size_answer(const std::string& size) { return {409, "text/x.tlog.size", {}, size}; }

class CosigningTest : public testing::Test {
 protected:
  /// Witness keys without a witness, for those who lie.
  static ledger::WitnessVerifier stranger(std::uint8_t number) {
    return {"w" + std::to_string(number), ledger::ed25519_public_key(ledger::seed_of(number))};
  }
  void add_witness(const std::string& name, const ledger::WitnessVerifier& verifier,
                   const std::string& url) {
    lines_ += "witness " + name + " " + verifier.to_text() + (url.empty() ? "" : " " + url) + "\n";
    members_ += " " + name;
  }
  void add_honest(const std::string& name) {
    add_witness(name, of(name).witness().verifier(), of(name).url());
  }
  WitnessOnSocket& of(const std::string& name) {
    auto& witness = honest_[name];
    if (!witness)
      witness = std::make_unique<WitnessOnSocket>(
          name + ".example", std::vector<ledger::NoteVerifier>{log_.verifier()});
    return *witness;
  }
  CosignatureCollector collector(std::chrono::milliseconds deadline = patience) {
    auto policy = ledger::WitnessPolicy::read("log " + log_.verifier().to_text() + "\n" + lines_ +
                                              "group g 2" + members_ + "\nquorum g\n");
    return CosignatureCollector::make(policy.value(), log_.verifier(), {deadline, authorities_})
        .value();
  }
  Cosigned collect(CosignatureCollector& from, std::uint64_t size) {
    return from.collect(log_.note_of(log_.head(size)), log_.head(size), prover(log_, size));
  }
  static ProveFrom prover(const GrowingLog& log, std::uint64_t size) {
    return [&log, size](ledger::TreeSize first) -> ledger::Result<std::vector<ledger::Hash>> {
      EXPECT_TRUE(first.value > 0 && first.value < size);
      return log.proof(first.value, size);
    };
  }
  std::vector<Cosigning> outcomes(const Cosigned& cosigned) {
    std::vector<Cosigning> out;
    for (const auto& report : cosigned.reports) out.push_back(report.outcome);
    return out;
  }
  /// The outcome of one witness that answers so.
  WitnessReport report_of(const HttpResponse& response) {
    const SaysAlways server(response);
    lines_.clear();
    members_ = "";
    add_witness("a", stranger(1), server.url());
    add_witness("b", stranger(2), "");
    auto from = collector();
    const auto cosigned = collect(from, 5);
    EXPECT_EQ(cosigned.note.to_text(), log_.note(5)) << "the log's own note, byte for byte";
    EXPECT_LE(server.asked(), 3);
    return cosigned.reports.front();
  }

  const GrowingLog log_;
  std::map<std::string, std::unique_ptr<WitnessOnSocket>> honest_;
  std::string lines_, members_;
  std::filesystem::path authorities_;  ///< of those who are asked by https
};

TEST_F(CosigningTest, CollectsInTheOrderOfThePolicy) {
  for (const auto* name : {"c", "a", "b"}) add_honest(name);
  auto from = collector();
  for (const std::uint64_t size : {1, 5, 5, 256}) {
    const auto cosigned = collect(from, size);
    EXPECT_EQ(outcomes(cosigned), std::vector(3, Cosigning::cosigned));
    EXPECT_TRUE(cosigned.note.to_text().starts_with(log_.note(size)));
    ASSERT_EQ(cosigned.note.signatures.size(), 4U);
    EXPECT_EQ(cosigned.note.signatures[1].name, "c.example");
    EXPECT_EQ(cosigned.note.signatures[2].name, "a.example");
    EXPECT_TRUE(from.policy().quorum(cosigned.note).is_reached());
  }
}

TEST_F(CosigningTest, ReachesTwoOfThreeWithOneDown) {
  for (const auto* name : {"a", "b", "c"}) add_honest(name);
  of("b").stop();
  auto from = collector();
  auto cosigned = collect(from, 5);
  EXPECT_EQ(outcomes(cosigned),
            (std::vector{Cosigning::cosigned, Cosigning::unreachable, Cosigning::cosigned}));
  EXPECT_NE(cosigned.reports[1].words.find("Connection refused"), std::string::npos);
  EXPECT_TRUE(from.policy().quorum(cosigned.note).is_reached());
  of("c").stop();
  cosigned = collect(from, 8);
  EXPECT_EQ(from.policy().quorum(cosigned.note).has, 1U);
  EXPECT_FALSE(from.policy().quorum(cosigned.note).is_reached());
  of("b").start();
  cosigned = collect(from, 9);
  EXPECT_TRUE(from.policy().quorum(cosigned.note).is_reached()) << "b never saw 5 and 8";
}

// One is down, one lies, one says another size first: what is left is one cosignature.
TEST_F(CosigningTest, CountsOnlyWhatVerifies) {
  const auto other_key =
      ledger::cosign_note(log_.note_of(log_.head(9)).text, "w1", ledger::seed_of(3), {1});
  const SaysAlways liar(
      {200, "text/plain", {}, ledger::SignedNote{"", {other_key}}.to_text().substr(1)});
  add_witness("liar", stranger(1), liar.url());
  add_witness("down", stranger(2), "http://127.0.0.1:1");
  add_honest("a");
  (void)of("a").witness().add_checkpoint(log_.request(0, 4));
  auto from = collector();
  const auto cosigned = collect(from, 9);
  EXPECT_EQ(outcomes(cosigned),
            (std::vector{Cosigning::lied, Cosigning::unreachable, Cosigning::cosigned}));
  EXPECT_EQ(cosigned.note.signatures.size(), 2U);
  EXPECT_EQ(from.policy().quorum(cosigned.note).has, 1U);
}

TEST_F(CosigningTest, KeepsCosignaturesThatAreThereAlready) {
  for (const auto* name : {"a", "b"}) add_honest(name);
  auto from = collector();
  const auto first = collect(from, 5);
  of("a").stop();
  of("b").now.seconds += 60;
  const auto second = from.collect(first.note, log_.head(5), prover(log_, 5));
  EXPECT_EQ(outcomes(second), (std::vector{Cosigning::unreachable, Cosigning::cosigned}));
  ASSERT_EQ(second.note.signatures.size(), 3U);
  EXPECT_EQ(second.note.signatures[1].bytes, first.note.signatures[1].bytes);
  EXPECT_NE(second.note.signatures[2].bytes, first.note.signatures[2].bytes) << "a newer one";
}

// Each is answered by a server in the place of the witness whose key it does not have.
TEST_F(CosigningTest, BelievesNoLineWithAnyOneBitChanged) {
  const auto note = log_.note_of(log_.head(5));
  const auto line = ledger::cosign_note(note.text, "w1", ledger::seed_of(1), {1'790'000'000});
  const auto good = ledger::SignedNote{"", {line}}.to_text().substr(1);
  std::string body = good;
  const Serving server(HttpOptions(), [&](const HttpRequest&) -> HttpResponse {
    return {200, "text/plain", {}, body};
  });
  add_witness("a", stranger(1), url_of(server));
  add_witness("b", stranger(2), "");
  auto from = collector();
  EXPECT_EQ(collect(from, 5).reports.front().outcome, Cosigning::cosigned);
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    body = good;
    body[bit / 8] = static_cast<char>(body[bit / 8] ^ 1 << bit % 8);
    const auto cosigned = collect(from, 5);
    EXPECT_EQ(cosigned.reports.front().outcome, Cosigning::lied) << "bit " << bit;
    EXPECT_EQ(cosigned.note.to_text(), log_.note(5));
  }
}

TEST_F(CosigningTest, CallsALieWhatDoesNotVerify) {
  const auto note = log_.note_of(log_.head(5));
  const auto lines = [](const ledger::NoteSignature& line) {
    return ledger::SignedNote{"", {line}}.to_text().substr(1);
  };
  const auto plain = ledger::sign_note(note.text, "w1", ledger::seed_of(1));
  const auto other_text =
      ledger::cosign_note(log_.note_of(log_.head(6)).text, "w1", ledger::seed_of(1), {1});
  for (const auto& body :
       std::vector<std::string>{"", "\n", "ok\n", lines(plain), lines(other_text),
                                "\n" + lines(plain), std::string(1000, 'a')})
    EXPECT_EQ(report_of({200, "text/plain", {}, body}).outcome, Cosigning::lied) << body;
}

TEST_F(CosigningTest, TellsWhatARefusalSaid) {
  auto report = report_of({403, "text/plain", {}, "not you\nsecond line\n"});
  EXPECT_EQ(report.outcome, Cosigning::refused);
  EXPECT_EQ(report.words, "status 403: not you");
  report = report_of({500, "text/plain", {}, "\x1b[31mred\n"});
  EXPECT_EQ(report.outcome, Cosigning::refused);
  EXPECT_EQ(report.words.find('\x1b'), std::string::npos);
  EXPECT_EQ(report_of({500, "text/plain", {}, std::string(5000, 'a')}).outcome, Cosigning::refused);
  EXPECT_EQ(report_of({301, "text/plain", {{"Location", "http://127.0.0.1:1/"}}, ""}).outcome,
            Cosigning::refused);
}

TEST_F(CosigningTest, AsksAtMostTwiceWhoContradictsItself) {
  for (const auto& answer :
       {size_answer("0\n"), size_answer("3\n"), size_answer("5\n"), size_answer("6\n"),
        size_answer("9223372036854775807\n"), size_answer("03\n"), size_answer("3"),
        size_answer("-1\n"), size_answer("3\n\n"), HttpResponse{409, "text/plain", {}, "3\n"},
        HttpResponse{422, "text/plain", {}, "no\n"}})
    EXPECT_EQ(report_of(answer).outcome, Cosigning::refused) << answer.body;
}

TEST_F(CosigningTest, LetsASlowWitnessBe) {
  std::mutex mutex;
  mutex.lock();
  {
    Serving slow(HttpOptions(), [&](const HttpRequest&) -> HttpResponse {
      const std::lock_guard lock(mutex);
      return {};
    });
    add_witness("slow", stranger(1), url_of(slow));
    add_witness("unasked", stranger(2), "");
    auto from = collector(30ms);
    const auto cosigned = collect(from, 5);
    EXPECT_EQ(outcomes(cosigned), std::vector(2, Cosigning::unreachable));
    EXPECT_NE(cosigned.reports[0].words.find("no answer within 30 ms"), std::string::npos);
    mutex.unlock();
  }
}

// The ledger was restored from an older backup, or its history was rewritten: the witness has the
// proof, signed by the log itself.
TEST_F(CosigningTest, TellsThatTheLogContradictsItself) {
  add_honest("a");
  add_honest("b");
  auto from = collector();
  (void)collect(from, 9);
  const auto shorter = collect(from, 5);
  EXPECT_EQ(outcomes(shorter), std::vector(2, Cosigning::contradicts));
  EXPECT_NE(shorter.reports[0].words.find("9 events that this log signed"), std::string::npos);
  const GrowingLog other(log_.origin(), 4);
  for (const std::uint64_t size : {9, 12}) {
    const auto forked =
        from.collect(other.note_of(other.head(size)), other.head(size), prover(other, size));
    EXPECT_EQ(outcomes(forked), std::vector(2, Cosigning::contradicts)) << size;
    EXPECT_EQ(forked.note.to_text(), other.note(size)) << "signed by nobody else";
  }
  EXPECT_EQ(outcomes(collect(from, 12)), std::vector(2, Cosigning::cosigned));
}

TEST_F(CosigningTest, TellsThatAProofCannotBeMade) {
  add_honest("a");
  add_honest("b");
  auto from = collector();
  (void)collect(from, 4);
  const auto cosigned =
      from.collect(log_.note_of(log_.head(5)), log_.head(5),
                   [](ledger::TreeSize) -> ledger::Result<std::vector<ledger::Hash>> {
                     return ledger::Error{ledger::Failure::unavailable, "the ledger is in use"};
                   });
  EXPECT_EQ(outcomes(cosigned), std::vector(2, Cosigning::refused));
  EXPECT_NE(cosigned.reports[0].words.find("in use"), std::string::npos);
}

TEST_F(CosigningTest, RefusesUrlsThatItCannotAsk) {
  for (const auto* url : {"https://", "ftp://a.example", "a.example"}) {
    lines_.clear();
    members_ = "";
    add_witness("a", stranger(1), url);
    add_witness("b", stranger(2), "");
    const auto policy = ledger::WitnessPolicy::read(lines_ + "quorum a\n").value();
    const auto made = CosignatureCollector::make(policy, log_.verifier(), {patience});
    ASSERT_FALSE(made.has_value()) << url;
    EXPECT_EQ(made.error().failure, ledger::Failure::invalid);
  }
}

/// A witness behind a proxy that speaks TLS, and what is wrong with the proxy.
class CosigningByHttps : public CosigningTest {
 protected:
  CosigningByHttps() { certificates_.issue("server"); }

  /// What comes of asking it for a cosignature.
  WitnessReport ask(const TlsFiles& shown, const std::filesystem::path& authorities,
                    const std::string& host = "127.0.0.1") {
    const TlsFront front(shown, of("a").port());
    lines_.clear();
    members_ = "";
    add_witness("a", of("a").witness().verifier(), front.url(host));
    add_witness("b", stranger(2), "");
    authorities_ = authorities;
    auto from = collector();
    return collect(from, 5).reports.front();
  }
  void expect_unreachable(const WitnessReport& report) {
    EXPECT_EQ(report.outcome, Cosigning::unreachable) << report.words;
    EXPECT_NE(report.words.find("certificate verify failed"), std::string::npos) << report.words;
  }

  const TestDirectory directory_;
  Certificates certificates_{directory_.path()};
};

TEST_F(CosigningByHttps, IsDoneWithACertificateOfTheAuthority) {
  const auto report = ask(certificates_.files("server"), certificates_.authority());
  EXPECT_EQ(report.outcome, Cosigning::cosigned) << report.words;
}

TEST_F(CosigningByHttps, BelievesNobodyElse) {
  const auto shown = certificates_.files("server");
  const TestDirectory elsewhere;
  const Certificates others(elsewhere.path(), "other-ca");
  expect_unreachable(ask(shown, others.authority()));
  expect_unreachable(ask(shown, ""));  // the system does not know the authority
  expect_unreachable(ask(shown, certificates_.authority(), "localhost"));
  certificates_.issue("server", {-7200, -60});
  expect_unreachable(ask(certificates_.files("server"), certificates_.authority()));
}

TEST_F(CosigningByHttps, RefusesAnAuthorityThatItCannotRead) {
  const auto policy = ledger::WitnessPolicy::read("quorum none\n").value();
  for (const auto& file : {directory_.path() / "none.pem", certificates_.key("server")}) {
    const auto made = CosignatureCollector::make(policy, log_.verifier(), {patience, file});
    ASSERT_FALSE(made.has_value()) << file;
    EXPECT_NE(made.error().what.find(file.filename()), std::string::npos) << made.error().what;
  }
}

/// Five minutes are let pass: clocks differ.
TEST_F(CosigningTest, TakesNoCosignatureOfATimeThatHasNotCome) {
  add_honest("a");
  add_witness("b", stranger(2), "");
  const auto policy =
      ledger::WitnessPolicy::read("log " + log_.verifier().to_text() + "\n" + lines_ + "quorum a\n")
          .value();
  const auto report_at = [&](std::uint64_t seconds) {
    auto from =
        CosignatureCollector::make(policy, log_.verifier(),
                                   {patience, {}, [=] { return ledger::CosignedAt{seconds}; }})
            .value();
    return collect(from, 5);
  };
  const auto now = of("a").now.seconds;
  EXPECT_EQ(report_at(now - 300).reports.front().outcome, Cosigning::cosigned);
  const auto ahead = report_at(now - 301);
  EXPECT_EQ(ahead.reports.front().outcome, Cosigning::refused);
  EXPECT_NE(ahead.reports.front().words.find("301 s later"), std::string::npos)
      << ahead.reports.front().words;
  EXPECT_EQ(ahead.note.to_text(), log_.note(5));
}

}  // namespace
}  // namespace kinledger::server
