// A witness on a real socket.
#include "server/witness_service.h"

#include "server/http_client.h"
#include "tests/server/scripted_server.h"
#include "tests/vectors.h"

namespace kinledger::server {
namespace {

class WitnessServiceTest : public testing::Test {
 protected:
  static HttpReply send(const WitnessOnSocket& to, std::string path,
                        std::optional<std::string> body = {}) {
    return call({read_http_url(to.url()).value(), std::move(path), body.has_value(),
                 body.value_or("")})
        .value();
  }
  HttpReply add(const std::string& request) { return send(witness_, "/add-checkpoint", request); }
  std::string path() const { return "/" + ledger::origin_hash(log_.origin()) + "/checkpoint"; }

  const ledger::GrowingLog log_;
  WitnessOnSocket witness_{"witness.example/audit", {log_.verifier()}};
};

TEST_F(WitnessServiceTest, AnswersWithTheStatusesOfTheProtocol) {
  const ledger::GrowingLog stranger("log.example/2"), other(log_.origin(), 2);
  EXPECT_EQ(add(log_.request(0, 3)).status, 200U);
  EXPECT_EQ(add("nonsense").status, 400U);
  EXPECT_EQ(add(stranger.request(0, 3)).status, 404U);
  auto unsigned_note = log_.note_of(log_.head(5));
  unsigned_note.signatures.front().bytes.back() ^= 1;
  EXPECT_EQ(add(log_.request(3, log_.proof(3, 5), unsigned_note.to_text())).status, 403U);
  const auto conflict = add(log_.request(0, 5));
  EXPECT_EQ(conflict.status, 409U);
  EXPECT_EQ(conflict.content_type, "text/x.tlog.size");
  EXPECT_EQ(conflict.body, "3\n");
  EXPECT_TRUE(witness_.alarms().empty());
  EXPECT_EQ(add(other.request(3, 5)).status, 422U);
  ASSERT_EQ(witness_.alarms().size(), 1U);
  EXPECT_TRUE(witness_.alarms().front().starts_with(log_.origin() + ": "));
}

TEST_F(WitnessServiceTest, GivesItsLastCheckpointToAnyone) {
  EXPECT_EQ(send(witness_, path()).status, 404U);
  EXPECT_EQ(add(log_.request(0, 3)).status, 200U);
  const auto reply = send(witness_, path());
  EXPECT_EQ(reply.status, 200U);
  EXPECT_EQ(reply.content_type, "text/plain; charset=utf-8");
  const auto note = ledger::read_note(reply.body).value();
  EXPECT_TRUE(ledger::is_signed_by(note, log_.verifier()));
  EXPECT_TRUE(ledger::cosigned_at(note, witness_.witness().verifier()).has_value());
  EXPECT_EQ(send(witness_, "/healthz").body, "ok\n");
}

TEST_F(WitnessServiceTest, HasNothingElse) {
  for (const auto* nothing : {"/", "/add-checkpoint/", "/add-checkpoint?a", "/x/checkpoint",
                              "/checkpoint", "//checkpoint", "/../witness.key", "/healthz/"})
    EXPECT_EQ(send(witness_, nothing).status, 404U) << nothing;
  EXPECT_EQ(send(witness_, "/add-checkpoint").status, 405U);
  EXPECT_EQ(send(witness_, "/healthz", "").status, 405U);
  EXPECT_EQ(send(witness_, path(), "").status, 405U);
  EXPECT_EQ(add(std::string(ledger::add_checkpoint_bytes_max + 1, 'a')).status, 413U);
}

TEST_F(WitnessServiceTest, RemembersWhenItIsStartedAgain) {
  EXPECT_EQ(add(log_.request(0, 7)).status, 200U);
  const auto before = send(witness_, path()).body;
  witness_.stop();
  witness_.start();
  EXPECT_EQ(send(witness_, path()).body, before);
  EXPECT_EQ(add(log_.request(0, 9)).body, "7\n");
  EXPECT_EQ(add(log_.request(7, 9)).status, 200U);
}

// Two checkpoints that grow from the same size, sent by many at once: one of them comes first, and
// whatever is answered, the witness never has less than it cosigned.
TEST_F(WitnessServiceTest, ThreadsSendGrowingCheckpointsTogether) {
  EXPECT_EQ(add(log_.request(0, 10)).status, 200U);
  const auto shorter = log_.request(10, 20), longer = log_.request(10, 30);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 8; ++thread)
    threads.emplace_back([&, thread] {
      for (int i = 0; i < 10; ++i) {
        const auto reply = add((thread + i) % 2 == 0 ? shorter : longer);
        EXPECT_TRUE(reply.status == 200 || reply.status == 409) << reply.body;
        const auto held =
            ledger::read_checkpoint(ledger::read_note(send(witness_, path()).body).value().text);
        EXPECT_TRUE(held->head == log_.head(20) || held->head == log_.head(30));
        if (reply.status == 409) {
          EXPECT_EQ(reply.body, std::to_string(held->head.size.value) + "\n");
        }
      }
    });
  for (auto& thread : threads) thread.join();
}

TEST_F(WitnessServiceTest, AnswersThePublishedSequence) {
  const auto vectors = shared_vectors("witness-http-sequence.json");
  if (!vectors) GTEST_SKIP() << "there are no shared vectors";
  const auto& log = vectors->at("log");
  ledger::NoteVerifier verifier{std::string(log.at("origin").as_string()), {}};
  ASSERT_TRUE(ledger::from_hex(log.at("log_public_key_hex").as_string(), verifier.key));
  const WitnessOnSocket witness("example.com/witness", {verifier});
  for (const auto& step : vectors->at("steps").as_array()) {
    const auto reply =
        send(witness, "/add-checkpoint", std::string(step.at("request_body").as_string()));
    auto expected = step.at("expect_status").to_number<unsigned>();
    const auto said = std::string_view(step.at("expect").at(0).as_string());
    // The other witness answers 403 where the standard says 404, and reads base64 less strictly.
    if (said.find("unknown log") != std::string_view::npos) expected = 404;
    if (said.find("invalid signature") != std::string_view::npos) expected = 400;
    EXPECT_EQ(reply.status, expected) << reply.body;
    if (expected == 200) {
      EXPECT_TRUE(reply.body.starts_with("— example.com/witness "));
    }
    if (expected == 409) {
      EXPECT_EQ("body == \"" + reply.body.substr(0, 1) + "\\n\"", said);
    }
  }
}

}  // namespace
}  // namespace kinledger::server
