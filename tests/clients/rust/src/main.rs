// async-openai, from upload to citation. OPENAI_BASE_URL says where the server is; the extractive model answers.

use std::{error::Error, time::Duration};

use async_openai::{
    Client,
    config::OpenAIConfig,
    error::OpenAIError,
    types::{
        files::{CreateFileRequest, FileInput, FilePurpose},
        responses::{
            CreateResponse, CreateResponseArgs, FileSearchTool, ResponseStreamEvent, Tool,
        },
        vectorstores::{
            CreateVectorStoreFileRequest, CreateVectorStoreRequest, VectorStoreFileStatus,
        },
    },
};
use futures::StreamExt;
use serde_json::{Value, json};

const WHERE: &str = "Where do herons nest?";

type Done<T> = Result<T, Box<dyn Error>>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Done<()> {
    let client = Client::new();
    let store = upload(&client).await?;
    chat(&client, &store).await?;
    respond(&client, &store).await?;
    refused(&client).await;
    Ok(())
}

async fn upload(client: &Client<OpenAIConfig>) -> Done<String> {
    let birds = CreateVectorStoreRequest {
        name: Some("birds".into()),
        ..Default::default()
    };
    let store = client.vector_stores().create(birds).await?.id;
    let herons = FileInput::from_vec_u8(
        "herons.txt".into(),
        b"Herons nest in tall trees near water.".to_vec(),
    );
    let request = CreateFileRequest {
        file: herons,
        purpose: FilePurpose::Assistants,
        expires_after: None,
    };
    let file_id = client.files().create(request).await?.id;
    let stores = client.vector_stores();
    let files = stores.files(&store);
    let request = CreateVectorStoreFileRequest {
        file_id: file_id.clone(),
        ..Default::default()
    };
    let mut file = files.create(request).await?;
    while file.status == VectorStoreFileStatus::InProgress {
        tokio::time::sleep(Duration::from_millis(50)).await;
        file = files.retrieve(&file_id).await?;
    }
    assert_eq!(file.status, VectorStoreFileStatus::Completed);
    Ok(store)
}

/// Its types have no fields for the store of a chat, nor for annotations that are streamed, so these are values here.
async fn chat(client: &Client<OpenAIConfig>, store: &str) -> Done<()> {
    let request = json!({
        "model": "extractive",
        "messages": [{"role": "user", "content": WHERE}],
        "vector_store_ids": [store],
        "stream": true,
    });
    let mut stream = client
        .chat()
        .create_stream_byot::<Value, Value>(request)
        .await?;
    let (mut heard, mut cited) = (String::new(), Vec::new());
    while let Some(chunk) = stream.next().await {
        let delta = &chunk?["choices"][0]["delta"];
        heard += delta["content"].as_str().unwrap_or_default();
        cited.extend(
            delta["annotations"]
                .as_array()
                .into_iter()
                .flatten()
                .cloned(),
        );
    }
    assert!(heard.contains("tall trees"), "{heard}");
    assert_eq!(cited.len(), 1, "{cited:?}");
    assert_eq!(cited[0]["url_citation"]["title"], "herons.txt");
    println!("chat: {heard} {}", cited[0]["url_citation"]["title"]);
    Ok(())
}

async fn respond(client: &Client<OpenAIConfig>, store: &str) -> Done<()> {
    let search = FileSearchTool {
        vector_store_ids: vec![store.into()],
        ..Default::default()
    };
    let request: CreateResponse = CreateResponseArgs::default()
        .model("extractive")
        .input(WHERE)
        .tools(vec![Tool::FileSearch(search)])
        .stream(true)
        .build()?;
    let mut stream = client.responses().create_stream(request).await?;
    let (mut heard, mut last) = (String::new(), None);
    while let Some(event) = stream.next().await {
        match event? {
            ResponseStreamEvent::ResponseOutputTextDelta(delta) => heard += &delta.delta,
            ResponseStreamEvent::ResponseCompleted(completed) => last = Some(completed.response),
            _ => {}
        }
    }
    let response = last.ok_or("the response did not end")?;
    assert_eq!(response.output_text().as_deref(), Some(heard.as_str()));
    let cited = serde_json::to_value(&response)?["output"][1]["content"][0]["annotations"].clone(); // the fields are private
    assert_eq!(cited.as_array().map(Vec::len), Some(1), "{cited}");
    assert_eq!(cited[0]["filename"], "herons.txt");
    println!("response: {heard} {}", cited[0]["filename"]);
    Ok(())
}

async fn refused(client: &Client<OpenAIConfig>) {
    match client.vector_stores().retrieve("vs_nothing").await {
        Err(OpenAIError::ApiError(refusal)) => assert!(
            refusal.api_error.message.contains("vs_nothing"),
            "{refusal}"
        ),
        other => panic!("not refused: {other:?}"),
    }
}
