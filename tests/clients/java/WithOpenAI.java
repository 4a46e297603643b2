// The official Java client, from upload to citation. OPENAI_BASE_URL says where the server is; the extractive model answers.

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.MultipartField;
import com.openai.errors.NotFoundException;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionMessage;
import com.openai.models.files.FilePurpose;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseOutputText;
import com.openai.models.vectorstores.VectorStoreCreateParams;
import com.openai.models.vectorstores.files.FileRetrieveParams;
import com.openai.models.vectorstores.files.VectorStoreFile;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;

final class WithOpenAI {
    private static final String WHERE = "Where do herons nest?";

    private final OpenAIClient client = OpenAIOkHttpClient.builder().fromEnv().maxRetries(0).build();

    public static void main(String[] arguments) throws InterruptedException {
        var program = new WithOpenAI();
        var store = program.upload();
        program.chat(store);
        program.respond(store);
        program.refused();
        program.client.close();
    }

    private static void expect(boolean holds, Object found) {
        if (!holds) throw new AssertionError(found);
    }

    private String upload() throws InterruptedException {
        var store = client.vectorStores().create(VectorStoreCreateParams.builder().name("birds").build()).id();
        var herons = MultipartField.<InputStream>builder()
                .value(new ByteArrayInputStream("Herons nest in tall trees near water.".getBytes()))
                .filename("herons.txt")
                .build();
        var file = client.files().create(com.openai.models.files.FileCreateParams.builder()
                .file(herons)
                .purpose(FilePurpose.ASSISTANTS)
                .build());
        var files = client.vectorStores().files();
        var kept = files.create(
                store, com.openai.models.vectorstores.files.FileCreateParams.builder().fileId(file.id()).build());
        while (kept.status().equals(VectorStoreFile.Status.IN_PROGRESS)) {
            Thread.sleep(50);
            kept = files.retrieve(file.id(), FileRetrieveParams.builder().vectorStoreId(store).build());
        }
        expect(kept.status().equals(VectorStoreFile.Status.COMPLETED), kept);
        return store;
    }

    // The client has no field for annotations that are streamed: they are among all properties of the delta.
    private void chat(String store) {
        var asked = ChatCompletionCreateParams.builder()
                .model("extractive")
                .addUserMessage(WHERE)
                .putAdditionalBodyProperty("vector_store_ids", JsonValue.from(List.of(store)))
                .build();
        var accumulator = ChatCompletionAccumulator.create();
        var cited = new ArrayList<ChatCompletionMessage.Annotation>();
        try (var stream = client.chat().completions().createStreaming(asked)) {
            stream.stream()
                    .peek(accumulator::accumulate)
                    .flatMap(chunk -> chunk.choices().stream())
                    .map(choice -> choice.delta()._allProperties().get("annotations"))
                    .filter(each -> each != null)
                    .forEach(each -> cited.addAll(List.of(each.convert(ChatCompletionMessage.Annotation[].class))));
        }
        var text = accumulator.chatCompletion().choices().get(0).message().content().orElseThrow();
        expect(text.contains("tall trees"), text);
        expect(cited.size() == 1 && cited.get(0).urlCitation().title().equals("herons.txt"), cited);
        System.out.println("chat: " + text + " " + cited.get(0).urlCitation().title());
    }

    private void respond(String store) {
        var asked = ResponseCreateParams.builder()
                .model("extractive")
                .input(WHERE)
                .addFileSearchTool(List.of(store))
                .build();
        var accumulator = ResponseAccumulator.create();
        try (var stream = client.responses().createStreaming(asked)) {
            stream.stream().forEach(accumulator::accumulate);
        }
        ResponseOutputText text = accumulator.response().output().get(1).asMessage().content().get(0).asOutputText();
        expect(text.text().contains("tall trees"), text);
        expect(text.annotations().size() == 1, text);
        var cited = text.annotations().get(0).asFileCitation().filename();
        expect(cited.equals("herons.txt"), text);
        System.out.println("response: " + text.text() + " " + cited);
    }

    private void refused() {
        try {
            client.vectorStores().retrieve("vs_nothing");
        } catch (NotFoundException refusal) {
            expect(refusal.getMessage().contains("vs_nothing"), refusal);
            return;
        }
        throw new AssertionError("not refused");
    }
}
