<?php

namespace Resound\Broadcasting;

use GuzzleHttp\Client;
use Illuminate\Contracts\Config\Repository;
use Illuminate\Foundation\Application;
use Illuminate\Redis\Connections\Connection;
use Illuminate\Redis\RedisManager;
use Psr\Log\LoggerInterface;

/**
 * Makes the broadcasting connection `resound-stream` from the application's configuration.
 */
class StreamConnection
{
    public function __construct(private readonly Application $app, private readonly Repository $config)
    {
    }

    /**
     * Everything but the streams, such as the credentials and the way of HTTP, is that of another connection.
     *
     * @param  array<array-key, mixed>  $connection  of config/broadcasting.php
     */
    public function broadcaster(array $connection): StreamBroadcaster
    {
        $other = $this->table('broadcasting.connections.'.$this->text($connection['fallback'] ?? null, 'reverb'));
        $settings = array_merge($other, $connection);
        $options = is_array($settings['options'] ?? null) ? $settings['options'] : [];
        $guzzle = is_array($settings['client_options'] ?? null) ? $settings['client_options'] : [];
        // As in Laravel's own BroadcastManager.
        $client = new Client($guzzle + ['connect_timeout' => 10, 'crypto_method' => STREAM_CRYPTO_METHOD_TLSv1_2_CLIENT, 'timeout' => 30]);
        $pusher = new StreamPusher(
            $this->text($settings['key'] ?? null),
            $this->text($settings['secret'] ?? null),
            $this->text($settings['app_id'] ?? null),
            $this->streams(),
            array_combine(array_map('strval', array_keys($options)), $options),
            $client,
        );

        if ($settings['log'] ?? false) {
            $pusher->setLogger($this->app->make(LoggerInterface::class));
        }

        return new StreamBroadcaster($pusher, (bool) ($settings['jsonp'] ?? false), $this->app->make(IdempotencyKey::class));
    }

    private function streams(): EventStreams
    {
        $name = $this->text($this->config->get('resound.stream.connection'), 'default');
        $redis = $this->table('database.redis');
        $isCluster = ! isset($redis[$name]) && is_array($redis['clusters'] ?? null) && isset($redis['clusters'][$name]);
        $length = $this->config->get('resound.stream.max_length');

        return new EventStreams(
            fn () => $this->connect($redis, $name, $isCluster),
            $this->prefix(),
            is_numeric($length) ? (int) $length : 10000,
            $isCluster ? 'SPUBLISH' : 'PUBLISH',
            fn () => $this->app->make(LoggerInterface::class),
            $this->app->storagePath('framework/resound-stream'),
        );
    }

    /**
     * A connection of its own: keys are the server's, without the prefix that Laravel adds, and a Redis that is away must not hold up a
     * request.
     *
     * @param  array<array-key, mixed>  $redis
     */
    private function connect(array $redis, string $name, bool $isCluster): Connection
    {
        $seconds = $this->config->get('resound.stream.timeout');
        $timeout = is_numeric($seconds) ? (float) $seconds : 0.5;
        $own = [
            'prefix' => '', 'timeout' => $timeout, 'read_timeout' => $timeout, 'read_write_timeout' => $timeout,
            'max_retries' => 0, 'serializer' => 0, 'compression' => 0,
        ];
        $add = fn (mixed $table, array $more): array => array_merge(is_array($table) ? $table : [], $more);
        $redis['options'] = $add($redis['options'] ?? [], ['prefix' => '']);

        if ($isCluster) {
            $clusters = is_array($redis['clusters'] ?? null) ? $redis['clusters'] : [];
            $clusters['options'] = $add($clusters['options'] ?? [], $own);
            $redis['clusters'] = $clusters;
        } elseif (is_string($redis[$name] ?? null)) {
            $redis[$name] = ['url' => $redis[$name]] + $own;
        } else {
            $redis[$name] = $add($redis[$name] ?? [], $own);

            if (is_array($redis[$name]['options'] ?? null)) {
                $redis[$name]['options']['prefix'] = '';
            }
        }

        return (new RedisManager($this->app, $this->text($redis['client'] ?? null, 'phpredis'), $redis))->connection($name);
    }

    /**
     * The beginning of the server's keys, as it finds it itself.
     */
    private function prefix(): string
    {
        $scaling = $this->table('reverb.servers.reverb.scaling');
        $channel = $this->text($scaling['channel'] ?? null, 'reverb');

        return $this->text($scaling['prefix'] ?? null, $this->text($this->config->get('resound.stream.prefix'), "resound:{$channel}:"));
    }

    /**
     * @return array<array-key, mixed>
     */
    private function table(string $key): array
    {
        $value = $this->config->get($key);

        return is_array($value) ? $value : [];
    }

    private function text(mixed $value, string $default = ''): string
    {
        return is_scalar($value) && $value !== '' ? (string) $value : $default;
    }
}
